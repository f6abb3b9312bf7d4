// Clients that wait for keys (BLPOP, BZPOPMIN, XREAD BLOCK): who waits for which, in the order in which they came.

import type { Client } from './client.ts'
import { CommandError } from './command-error.ts'
import type { Block, CommandContext } from './commands/context.ts'
import type { Database } from './database.ts'
import { ms, type Timer } from '../../sim/index.ts'
import type { ByteString } from './value.ts'

/** Milliseconds: 100 days. */
const timeoutMax = 8_640_000_000

interface Waiter {
  readonly context: CommandContext
  readonly db: Database
  readonly block: Block
  timer: Timer | null
}

/** What blocking needs of the server. */
export interface BlockingHost {
  after(wait: ReturnType<typeof ms>, handler: () => void): Timer
  /** Runs what answers a client that waited, as a command of its own. */
  answer(context: CommandContext, run: () => void): void
  /** The client may go on with what it has sent since. */
  resume(client: Client): void
}

/** Who waits for keys. */
export class Blocking {
  /** A planted bug: who waits is not told when something is there. For scenarios that have to find it. */
  wakesNobody = false
  readonly #host: BlockingHost
  /** By database and key. */
  readonly #queues = new Map<Database, Map<ByteString, Set<Waiter>>>()
  readonly #waiters = new Map<Client, Waiter>()
  #ready: { readonly db: Database; readonly key: ByteString }[] = []

  constructor(host: BlockingHost) {
    this.#host = host
  }

  get size(): number {
    return this.#waiters.size
  }

  /** How many wait no longer than for a set time. */
  get timed(): number {
    return [...this.#waiters.values()].filter(({ timer }) => timer !== null).length
  }

  isWaiting(client: Client): boolean {
    return this.#waiters.has(client)
  }

  /** Lets a client wait. */
  block(context: CommandContext, block: Block): void {
    const { client, db } = context
    const waiter: Waiter = { context, db, block, timer: null }
    client.isBlocked = true
    this.#waiters.set(client, waiter)
    for (const key of block.keys) this.#queueOf(db, key).add(waiter)
    // Beyond what a timer can count it is as good as for ever.
    if (block.timeout > 0 && block.timeout < timeoutMax)
      waiter.timer = this.#host.after(ms(block.timeout), () => {
        this.timeOut(client)
      })
  }

  /** The server follows another one now: who waited for its keys is told so, and sent away. */
  failAll(): void {
    for (const client of this.#waiters.keys()) {
      client.isClosing = true
      this.fail(
        client,
        'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
      )
    }
  }

  /** A key has changed. Cheap where nobody waits. */
  signal(db: Database, key: ByteString): void {
    if (!this.wakesNobody && this.#waiters.size > 0 && this.#queues.get(db)?.has(key) === true)
      this.#ready.push({ db, key })
  }

  /** All keys of a database may have changed. */
  signalAll(db: Database): void {
    for (const key of this.#queues.get(db)?.keys() ?? []) this.#ready.push({ db, key })
  }

  /** Answers those whose keys have changed, until nobody can be answered any more. */
  serve(): void {
    while (this.#ready.length > 0) {
      const ready = this.#ready
      this.#ready = []
      for (const { db, key } of ready)
        for (const waiter of Array.from(this.#queues.get(db)?.get(key) ?? [])) this.#tryServe(waiter, key)
    }
  }

  /** Ends a client's wait as if its time had come. */
  timeOut(client: Client): void {
    const waiter = this.#waiters.get(client)
    if (waiter === undefined) return
    const { context, block } = waiter
    this.#release(waiter)
    this.#host.answer(context, () => {
      if (block.expire === undefined) context.reply.nullArray()
      else block.expire()
    })
    this.#host.resume(client)
  }

  /** Ends a client's wait with an error. */
  fail(client: Client, error: string): void {
    const waiter = this.#waiters.get(client)
    if (waiter === undefined) return
    this.#release(waiter)
    this.#host.answer(waiter.context, () => {
      throw new CommandError(error)
    })
    this.#host.resume(client)
  }

  /** Forgets a client that is gone. */
  forget(client: Client): void {
    const waiter = this.#waiters.get(client)
    if (waiter !== undefined) this.#release(waiter)
  }

  #tryServe(waiter: Waiter, key: ByteString): void {
    if (this.#waiters.get(waiter.context.client) !== waiter) return
    let isServed = false
    this.#host.answer(waiter.context, () => {
      // Where it throws, the error is the answer.
      isServed = true
      isServed = waiter.block.serve(key)
    })
    if (!isServed) return
    this.#release(waiter)
    this.#host.resume(waiter.context.client)
  }

  #release(waiter: Waiter): void {
    const { client } = waiter.context
    waiter.timer?.cancel()
    this.#waiters.delete(client)
    client.isBlocked = false
    const queues = this.#queues.get(waiter.db)
    for (const key of waiter.block.keys) {
      const queue = queues?.get(key)
      queue?.delete(waiter)
      if (queue?.size === 0) queues?.delete(key)
    }
  }

  #queueOf(db: Database, key: ByteString): Set<Waiter> {
    const queues = this.#queues.get(db) ?? new Map<ByteString, Set<Waiter>>()
    this.#queues.set(db, queues)
    const queue = queues.get(key) ?? new Set<Waiter>()
    queues.set(key, queue)
    return queue
  }
}
