// Clients of a shop: some order, cancel and look, one audits. They record honestly what came of each call.

import { deadlineField, soldOutType } from './shop-server.ts'
import { Fields, HttpClient, HttpClientError } from '../../nodes/http/index.ts'
import { deadlineIn, encodeDeadline } from '../../nodes/resilience/index.ts'
import {
  after,
  type Data,
  type Duration,
  type Env,
  ms,
  type PendingOperation,
  type Program,
  seconds,
} from '../../sim/index.ts'

/** What clients ask for. */
export interface ShopRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** The Idempotency-Key. */
  readonly key?: string
  readonly body?: string
  /** How long the client will wait, for the header of this name. */
  readonly timeout: string
}

/** What comes back. */
export interface ShopAnswer {
  readonly status: number
  readonly text: string
}

/** Asks once; null when nobody knows what came of it. */
export type AskShop = (request: ShopRequest) => Promise<ShopAnswer | null>

/** How long the shop has for an answer, and how long one is waited for: it has a way to go as well. */
const [workMax, answerMax] = [ms(450), ms(600)]
/** How long a client tries to have one order taken or cancelled. */
const patience = seconds(5)
/** What a client calls. */
export const shopOperations = ['order', 'cancel', 'stock'] as const

/** The fields of a request's header that are the shop's own. */
export function headerOf({ key, body, timeout }: ShopRequest): readonly (readonly [string, string])[] {
  return [
    [deadlineField, timeout],
    ...(key === undefined ? [] : ([['Idempotency-Key', `"${key}"`]] as const)),
    ...(body === undefined ? [] : ([['Content-Type', 'application/json']] as const)),
  ]
}

/** Asks by the library's own client. */
export function askOverHttp(url: string): (env: Env) => AskShop {
  return (env) => {
    const http = new HttpClient(env, {
      connectTimeout: ms(300),
      headerTimeout: answerMax,
      timeout: answerMax,
      retriesMax: 0,
    })
    return async (request) => {
      const { method, path, body } = request
      try {
        const response = await http.request({
          url: `${url}${path}`,
          method,
          headers: new Fields(headerOf(request)),
          ...(body === undefined ? {} : { body }),
        })
        return { status: response.status, text: await response.text() }
      } catch (error) {
        if (error instanceof HttpClientError) return null
        throw error
      }
    }
  }
}

/** Who shops, where. */
export interface ShopperOptions {
  readonly ask: (env: Env) => AskShop
  readonly items: number
  /** The mean pause between two calls. */
  readonly every: Duration
}

/** Orders items at random, sometimes cancels what it has ordered, sometimes only looks. */
export function shopper({ ask, items, every }: ShopperOptions): Program {
  return async (env) => {
    const visit = new Visit(env, ask(env))
    const random = env.randomFor('workload')
    for (let number = 1; ; number++) {
      const f = random.weightedPick([
        [6, 'order'],
        [2, 'cancel'],
        [2, 'stock'],
      ] as const)
      const [pause, item, quantity] = [random.exponential(every), random.int(1, items), random.int(1, 4)]
      await env.sleep(Math.floor(pause) as Duration)
      if (env.admits(f)) await visit[f]({ key: `${env.name}.${env.incarnation}.${number}`, item, quantity })
    }
  }
}

interface Wish {
  readonly key: string
  readonly item: number
  readonly quantity: number
}

class Visit {
  readonly #env: Env
  readonly #ask: AskShop
  readonly #ordered: string[] = []

  constructor(env: Env, ask: AskShop) {
    this.#env = env
    this.#ask = ask
  }

  async order({ key, item, quantity }: Wish): Promise<void> {
    const operation = this.#env.invoke({ f: 'order', value: { key, item, quantity }, process: key })
    const body = JSON.stringify({ item, quantity })
    const answer = await this.#insist({ method: 'POST', path: '/orders', key, body })
    if (answer === null) return operation.info('no patience left')
    if (answer.status !== 201) return operation.fail(reasonOf(answer))
    this.#ordered.push(key)
    operation.ok(JSON.parse(answer.text) as Data)
  }

  async cancel(): Promise<void> {
    const key = this.#ordered.shift()
    if (key === undefined) return
    const operation = this.#env.invoke({ f: 'cancel', value: key, process: key })
    const answer = await this.#insist({ method: 'DELETE', path: `/orders/${key}` })
    if (answer === null) operation.info('no patience left')
    else if (answer.status === 204) operation.ok(key)
    else operation.fail(reasonOf(answer))
  }

  async stock({ key, item }: Wish): Promise<void> {
    const operation = this.#env.invoke({ f: 'stock', value: item, process: key })
    read(operation, await askOnce(this.#env, this.#ask, `/items/${item}`))
  }

  /** Asks again until somebody knows; null when patience ends before. */
  async #insist(request: Omit<ShopRequest, 'timeout'>): Promise<ShopAnswer | null> {
    const { clock } = this.#env
    const due = after(clock.monotonic(), patience)
    while (clock.monotonic() < due) {
      const answer = await this.#ask({ ...request, timeout: timeoutOf(this.#env) })
      if (answer !== null && isFinal(answer)) return answer
      await this.#env.sleep(ms(this.#env.randomFor('retry').int(50, 150)))
    }
    return null
  }
}

/** Reads all stock and all orders again and again. */
export function shopAuditor(ask: (env: Env) => AskShop): Program {
  return async (env) => {
    const asking = ask(env)
    for (;;) {
      await env.sleep(ms(700))
      const operation = env.invoke({ f: 'audit' })
      read(operation, await askOnce(env, asking, '/audit'))
    }
  }
}

function askOnce(env: Env, ask: AskShop, path: string): Promise<ShopAnswer | null> {
  return ask({ method: 'GET', path, timeout: timeoutOf(env) })
}

function read(operation: PendingOperation, answer: ShopAnswer | null): void {
  if (answer?.status === 200) operation.ok(JSON.parse(answer.text) as Data)
  else operation.fail(answer === null ? 'no answer' : reasonOf(answer))
}

/** Whether it is known what came of it: not while the first request is under way, or nobody could know. */
function isFinal({ status, text }: ShopAnswer): boolean {
  return status === 409 ? text.includes(soldOutType) : status < 500
}

function reasonOf({ status, text }: ShopAnswer): string {
  return text.includes(soldOutType) ? soldOut : `status ${status}`
}

/** How an operation fails that was refused since there is not enough. */
export const soldOut = 'sold out'

function timeoutOf({ clock }: Env): string {
  const now = clock.monotonic()
  return encodeDeadline(deadlineIn(now, workMax), now)
}
