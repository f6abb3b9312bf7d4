// Clients that wait on a Raft log (BLPOP, BZPOPMIN, XREADGROUP …). What they ask is an entry of the log, which takes what is there;
// where nothing is, the client waits at the leader, and the entry is proposed again when one of its keys was changed by another.
// So each attempt happens on every replica, in the log's order, and the wait itself is nobody's but the leader's.

import type { Client } from '../client.ts'
import type { Command } from '../commands/command.ts'
import type { Block, CommandContext } from '../commands/context.ts'
import type { Database } from '../database.ts'
import type { ByteString } from '../value.ts'
import { type Env, ms, type Timer } from '../../../sim/index.ts'

/** Milliseconds: 100 days, beyond which a wait is for ever. */
const timeoutMax = 8_640_000_000

/** What a client asked that waits. */
export interface Attempt {
  readonly context: CommandContext
  readonly command: Command
  readonly args: readonly ByteString[]
}

interface Waiter extends Attempt {
  readonly db: Database
  readonly block: Block
  timer: Timer | null
  /** Its entry is in the log, and not applied yet. */
  isTrying: boolean
  /** One of its keys was changed since it last looked. */
  isTouched: boolean
  /** Its time was over while its entry was in the log. */
  isOver: boolean
}

/** What waiting needs. */
export interface BlockedHost {
  readonly env: Env
  /** Proposes what a client asked once more. */
  retry(attempt: Attempt): void
  /** Answers a client that waits no more, as a step of its own. */
  end(context: CommandContext, reply: () => void): void
}

/** Those who wait, in the order in which they came. */
export class BlockedOnLog {
  readonly #host: BlockedHost
  readonly #waiters = new Map<Client, Waiter>()
  #isLooking = false

  constructor(host: BlockedHost) {
    this.#host = host
  }

  /** Nothing was there: the client waits (on). Called while its entry is applied. */
  wait(attempt: Attempt, block: Block): void {
    const { client, db } = attempt.context
    const known = this.#waiters.get(client)
    if (known === undefined) {
      const waiter = { ...attempt, db, block, timer: null, isTrying: false, isTouched: false, isOver: false }
      this.#waiters.set(client, waiter)
      this.#limit(waiter)
      return
    }
    known.isTrying = false
    if (known.isOver) {
      this.forget(client)
      expire(known)
    } else if (known.isTouched) this.#lookSoon()
  }

  /** Whether a client waits on, now that what became of its entry is known. */
  stillWaits(client: Client): boolean {
    const waiter = this.#waiters.get(client)
    if (waiter === undefined) return false
    if (waiter.isTrying) this.forget(client)
    return !waiter.isTrying
  }

  /** A key was changed. */
  touched(db: Database, key: ByteString): void {
    for (const waiter of this.#waiters.values())
      if (waiter.db === db && waiter.block.keys.includes(key)) {
        waiter.isTouched = true
        this.#lookSoon()
      }
  }

  forget(client: Client): void {
    this.#waiters.get(client)?.timer?.cancel()
    this.#waiters.delete(client)
  }

  /** This server leads no more: those whose entries are not in the log are told. */
  fail(error: string): void {
    for (const { context, isTrying } of Array.from(this.#waiters.values())) {
      if (isTrying) continue
      this.forget(context.client)
      this.#host.end(context, () => {
        context.reply.error(error)
      })
    }
  }

  #limit(waiter: Waiter): void {
    const { timeout } = waiter.block
    if (timeout <= 0 || timeout >= timeoutMax) return
    waiter.timer = this.#host.env.timers.after(ms(timeout), () => {
      waiter.isOver = true
      if (waiter.isTrying) return
      this.forget(waiter.context.client)
      this.#host.end(waiter.context, () => {
        expire(waiter)
      })
    })
  }

  // Not while an entry is being applied: what is proposed then could be applied at once.
  #lookSoon(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#host.env.spawn(async () => {
      await Promise.resolve()
      this.#isLooking = false
      this.#look()
    })
  }

  #look(): void {
    for (const waiter of Array.from(this.#waiters.values())) {
      if (!waiter.isTouched || waiter.isTrying) continue
      waiter.isTouched = false
      waiter.isTrying = true
      this.#host.retry(waiter)
    }
  }
}

function expire({ block, context }: Waiter): void {
  if (block.expire === undefined) context.reply.nullArray()
  else block.expire()
}
