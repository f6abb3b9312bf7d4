// A server of a shop: a REST API that keeps nothing itself. Any of several answers any request; all that they know is in Redis.

import { ShopFlaw } from './shop-flaws.ts'
import { isUnavailable, ShopRedis } from './shop-redis.ts'
import { type OrderOutcome, type OrderWish, ShopStock } from './shop-stock.ts'
import { type HttpResponse, serveHttp } from '../../nodes/http/index.ts'
import {
  type CallContext,
  callStart,
  type Deadline,
  DeadlineFormatError,
  decodeDeadline,
  isPast,
} from '../../nodes/resilience/index.ts'
import {
  empty,
  type Exchange,
  json,
  type Middleware,
  missing,
  Problem,
  restApp,
  type Route,
  route,
  type Schema,
} from '../../nodes/rest/index.ts'
import { type Env, ms, type Program, us } from '../../sim/index.ts'

/** Where the servers of a shop listen. */
export const shopPort = 80
/** How long the client still waits, in the form of gRPC's `grpc-timeout`. */
export const deadlineField = 'Request-Timeout'
/** The type of the problem of an order that was refused since there is not enough; it stays refused under its key. */
export const soldOutType = '/problems/sold-out'

/** What the servers of a shop share. */
export interface ShopServerOptions {
  /** The servers of Redis. */
  readonly redis: readonly string[]
  /** How many items there are, and how many of each at first. */
  readonly items: number
  readonly initial: number
  /** A bug of `shopFlaws`. */
  readonly plant: string
}

/** The work of one request. */
const work = us(200)

/** Serves the shop until it is stopped. */
export function shopServer({ redis, items, initial, plant }: ShopServerOptions): Program {
  return async (env) => {
    const flaw = new ShopFlaw(plant)
    const stock = new ShopStock(new ShopRedis(env, redis), items, flaw)
    await patiently(env, () => stock.fill(callStart, initial))
    const { handler } = restApp(env, {
      title: 'Shop',
      version: '1.0.0',
      routes: [...itemRoutes(stock), ...orderRoutes(stock, new AnswersByItem(flaw))],
      middleware: [charging(env), heedDeadline],
      // What became of an order is kept with it, in Redis: a server alone could not know.
      idempotencyStore: { find: () => null, keep: () => undefined },
    })
    await serveHttp(env, { port: shopPort, handler })
  }
}

const whole = { type: 'integer', minimum: 1, maximum: 1_000_000 } as const satisfies Schema
const orderKey = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,100}$' } as const satisfies Schema
const orderWish = {
  type: 'object',
  properties: { item: whole, quantity: whole },
  required: ['item', 'quantity'],
  additionalProperties: false,
} as const satisfies Schema

function itemRoutes(stock: ShopStock): readonly Route[] {
  return [
    route({ method: 'GET', path: '/health', handle: () => empty() }),
    route({
      method: 'GET',
      path: '/items/{item}',
      summary: 'How many of an item there are',
      parameters: { item: whole },
      handle: ({ parameters: { item }, ...exchange }) =>
        available(async () => json({ item, stock: await stock.of(contextOf(exchange), item) })),
    }),
  ]
}

function orderRoutes(stock: ShopStock, answers: AnswersByItem): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/orders',
      summary: 'An order; it is taken once under its Idempotency-Key, or refused for good',
      body: orderWish,
      idempotency: 'required',
      handle: ({ body, idempotency, ...exchange }) => {
        const wish = { key: idempotency?.key ?? '', ...body }
        const known = answers.known(wish)
        if (known !== null) return answerTo(known, 'taken')
        return available(async () => {
          const outcome = await stock.order(contextOf(exchange), wish)
          if (outcome === 'taken') answers.remember(wish)
          return answerTo(wish, outcome)
        })
      },
    }),
    route({
      method: 'DELETE',
      path: '/orders/{key}',
      summary: 'Cancels an order that was taken',
      parameters: { key: orderKey },
      handle: ({ parameters: { key }, ...exchange }) =>
        available(async () => {
          if (!(await stock.cancel(contextOf(exchange), key))) throw missing('such order')
          return empty()
        }),
    }),
    route({
      method: 'GET',
      path: '/audit',
      summary: 'All stock and all orders, at one instant',
      handle: (exchange) => available(async () => json(await stock.audit(contextOf(exchange)))),
    }),
  ]
}

function answerTo(wish: OrderWish, outcome: OrderOutcome): HttpResponse {
  if (outcome === 'sold-out') throw new Problem(409, 'there is not enough of it', { type: soldOutType })
  if (outcome === 'reused') throw new Problem(422, 'this Idempotency-Key was used for another order')
  return json(wish, { status: 201, location: `/orders/${wish.key}` })
}

/** While Redis cannot be had there is nothing to tell. */
async function available(answer: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await answer()
  } catch (error) {
    if (!isUnavailable(error)) throw error
    throw new Problem(503, 'stock and orders cannot be reached', { headers: [['Retry-After', '1']] })
  }
}

const deadlineName = 'deadline'

/** Nothing is begun for a client that has gone; what is begun ends when it goes. */
const heedDeadline: Middleware = async (exchange, next) => {
  const text = exchange.request.headers.get(deadlineField)
  if (text === null) return next()
  const now = exchange.env.clock.monotonic()
  try {
    const deadline = decodeDeadline(text, now)
    if (isPast(deadline, now)) throw new Problem(504, 'nobody waits for this any more')
    exchange.values.set(deadlineName, deadline)
  } catch (error) {
    throw error instanceof DeadlineFormatError ? new Problem(400, error.message) : error
  }
  return next()
}

function contextOf({ values }: Pick<Exchange, 'values'>): CallContext {
  return { ...callStart, deadline: (values.get(deadlineName) as Deadline | undefined) ?? null }
}

function charging(env: Env): Middleware {
  return (_exchange, next) => {
    env.cpu.charge(work)
    return next()
  }
}

/** The planted bug: who orders as much of an item as somebody before is told what that one was told. */
class AnswersByItem {
  readonly #isOn: boolean
  readonly #wishes = new Map<string, OrderWish>()

  constructor(flaw: ShopFlaw) {
    this.#isOn = flaw.is('answer-by-item')
  }

  known(wish: OrderWish): OrderWish | null {
    return this.#isOn ? (this.#wishes.get(`${wish.item} ${wish.quantity}`) ?? null) : null
  }

  remember(wish: OrderWish): void {
    this.#wishes.set(`${wish.item} ${wish.quantity}`, wish)
  }
}

async function patiently(env: Env, act: () => Promise<void>): Promise<void> {
  for (;;)
    try {
      return await act()
    } catch (error) {
      if (!isUnavailable(error)) throw error
      await env.sleep(ms(100))
    }
}
