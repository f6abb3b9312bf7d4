// Stock and orders of a shop, as they stand in Redis:
//
// | key          | what it holds                                                                             |
// | ------------ | ----------------------------------------------------------------------------------------- |
// | `stock:ITEM` | how many there are                                                                        |
// | `order:KEY`  | what became of the order under this key: JSON {item, quantity, state}                     |
// | `ledger`     | the list of all that happened: `order KEY ITEM QUANTITY` and `cancel KEY ITEM QUANTITY`    |
//
// Each change is one transaction under WATCH, so that all three always agree, and each looks first whether it was made already:
// it may be tried again by anybody, through any server.

import type { ShopFlaw } from './shop-flaws.ts'
import { isUnavailable, type RedisSession, type ShopRedis, textsOf } from './shop-redis.ts'
import type { CallContext } from '../../nodes/resilience/index.ts'

/** An order as a client wants it; `key` is the client's own name for it. */
export interface OrderWish {
  readonly key: string
  readonly item: number
  readonly quantity: number
}

/** What became of an order under its key; `reused` when it is another order that has the key. */
export type OrderOutcome = 'taken' | 'sold-out' | 'reused'

/** All there is at one instant. */
export interface ShopAudit {
  /** By item, from 1 on. */
  readonly stock: readonly number[]
  readonly ledger: readonly string[]
}

interface OrderRecord {
  readonly item: number
  readonly quantity: number
  readonly state: 'taken' | 'sold-out' | 'cancelled'
}

const ledger = 'ledger'

/** The stock and the orders. All methods reject with what `isUnavailable` knows when Redis cannot be had. */
export class ShopStock {
  readonly #redis: ShopRedis
  readonly #items: number
  readonly #flaw: ShopFlaw

  constructor(redis: ShopRedis, items: number, flaw: ShopFlaw) {
    this.#redis = redis
    this.#items = items
    this.#flaw = flaw
  }

  /** Puts what there is at first on the shelves, unless somebody did already. */
  async fill(context: CallContext, initial: number): Promise<void> {
    const commands = this.#stockKeys.map((key) => ['SET', key, String(initial), 'NX'])
    await this.#redis.use(context, (session) => session.commit(...commands))
  }

  /** How many of an item there are. */
  async of(context: CallContext, item: number): Promise<number> {
    return this.#redis.use(context, async (session) => numberOf(await session.call('GET', stockKey(item))))
  }

  /** Takes an order, or says again what became of it. */
  async order(context: CallContext, wish: OrderWish): Promise<OrderOutcome> {
    try {
      return await this.#redis.use(context, (session) => this.#decide(session, wish))
    } catch (error) {
      if (this.#flaw.is('refuse-when-unsure') && isUnavailable(error)) return 'sold-out'
      throw error
    }
  }

  /** Cancels an order that was taken, and puts back what it took; false when there is no such order. */
  async cancel(context: CallContext, key: string): Promise<boolean> {
    return this.#redis.use(context, async (session) => {
      const [text = null] = await session.watch(orderKey(key))
      const record = recordOf(text)
      if (record?.state !== 'taken') return record?.state === 'cancelled'
      const { item, quantity } = record
      await session.commit(
        ['INCRBY', stockKey(item), String(quantity)],
        recording({ key, ...record }, 'cancelled'),
        ['RPUSH', ledger, `cancel ${key} ${item} ${quantity}`],
      )
      return true
    })
  }

  /** Reads everything at one instant. */
  async audit(context: CallContext): Promise<ShopAudit> {
    return this.#redis.use(context, async (session) => {
      const [stock, entries] = await session.commit(
        ['MGET', ...this.#stockKeys],
        ['LRANGE', ledger, '0', '-1'],
      )
      return { stock: textsOf(stock).map(Number), ledger: textsOf(entries).map(String) }
    })
  }

  get #stockKeys(): readonly string[] {
    return Array.from({ length: this.#items }, (_, place) => stockKey(place + 1))
  }

  async #decide(session: RedisSession, wish: OrderWish): Promise<OrderOutcome> {
    const [record, stock] = await this.#look(session, wish)
    if (record !== null && !this.#flaw.is('no-idempotency')) return outcomeOf(record, wish)
    if (this.#flaw.is('decrement-then-look')) return decrementThenLook(session, wish)
    if (Number(stock) < wish.quantity) {
      // Recorded, since an order that was refused may still be on its way a second time.
      await session.commit(recording(wish, 'sold-out'))
      return 'sold-out'
    }
    await this.#take(session, wish, Number(stock))
    return 'taken'
  }

  async #look(session: RedisSession, { key, item }: OrderWish): Promise<[OrderRecord | null, string | null]> {
    const keys = [orderKey(key), stockKey(item)]
    const [text = null, stock = null] = this.#flaw.is('read-then-write')
      ? textsOf(await session.call('MGET', ...keys))
      : await session.watch(...keys)
    return [recordOf(text), stock]
  }

  async #take(session: RedisSession, wish: OrderWish, stock: number): Promise<void> {
    const { item, quantity } = wish
    const taking = this.#flaw.is('read-then-write')
      ? ['SET', stockKey(item), String(stock - quantity)]
      : ['DECRBY', stockKey(item), String(quantity)]
    const booking = [recording(wish, 'taken'), entering(wish)]
    if (!this.#flaw.is('two-steps')) await session.commit(taking, ...booking)
    else {
      await session.commit(taking)
      await session.commit(...booking)
    }
  }
}

/** The planted bug: between the two steps stock is what nobody should see, and whoever dies there leaves it so. */
async function decrementThenLook(session: RedisSession, wish: OrderWish): Promise<OrderOutcome> {
  const [key, quantity] = [stockKey(wish.item), String(wish.quantity)]
  const left = numberOf(await session.call('DECRBY', key, quantity))
  await session.end()
  if (left < 0) await session.commit(['INCRBY', key, quantity], recording(wish, 'sold-out'))
  else await session.commit(recording(wish, 'taken'), entering(wish))
  return left < 0 ? 'sold-out' : 'taken'
}

function outcomeOf({ item, quantity, state }: OrderRecord, wish: OrderWish): OrderOutcome {
  if (item !== wish.item || quantity !== wish.quantity) return 'reused'
  return state === 'sold-out' ? 'sold-out' : 'taken'
}

function recording({ key, item, quantity }: OrderWish, state: OrderRecord['state']): readonly string[] {
  return ['SET', orderKey(key), JSON.stringify({ item, quantity, state } satisfies OrderRecord)]
}

function entering({ key, item, quantity }: OrderWish): readonly string[] {
  return ['RPUSH', ledger, `order ${key} ${item} ${quantity}`]
}

function recordOf(text: string | null): OrderRecord | null {
  return text === null ? null : (JSON.parse(text) as OrderRecord)
}

function numberOf(reply: Awaited<ReturnType<RedisSession['call']>>): number {
  return 'text' in reply ? Number(reply.text) : 0
}

function orderKey(key: string): string {
  return `order:${key}`
}

function stockKey(item: number): string {
  return `stock:${item}`
}
