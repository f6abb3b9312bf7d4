// Clients that wait on a Raft log (BLPOP, BZPOPMIN, XREADGROUP …). What they ask is an entry of the log, which takes what is there;
// where nothing is, the client waits at the leader, and the entry is proposed again when one of its keys was changed by another.
// So each attempt happens on every replica, in the log's order, and the wait itself is nobody's but the leader's.

import type { Client } from '../client.ts'
import type { Command } from '../commands/command.ts'
import type { Block, CommandContext } from '../commands/context.ts'
import type { Database } from '../database.ts'
import type { ByteString } from '../value.ts'
import { type Duration, type Env, ms, type Timer } from '../../../sim/index.ts'

/** Milliseconds: 100 days, beyond which a wait is for ever. */
const timeoutMax = 8_640_000_000

const noLeader =
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)'

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
  /** Why it ends although it has got nothing, where its entry was in the log when that was known: its time, or an error. */
  ending: Ending | null
}

/** How a wait ends without an element: as if its time were over, or with an error. */
type Ending = { readonly error: string | null }

/** What waiting needs. */
export interface BlockedHost {
  readonly env: Env
  /** Calls a handler later, as a step. */
  after(wait: Duration, handler: () => void): Timer
  /** Proposes what a client asked once more. */
  retry(attempt: Attempt): void
  /** Answers a client that waits no more. Called within a step. */
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
      const waiter = { ...attempt, db, block, timer: null, isTrying: false, isTouched: false, ending: null }
      this.#waiters.set(client, waiter)
      this.#limit(waiter)
      return
    }
    known.isTrying = false
    if (known.ending !== null) {
      this.forget(client)
      conclude(known, known.ending)
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

  /** How many wait no longer than for a set time. */
  get timed(): number {
    return [...this.#waiters.values()].filter(({ timer }) => timer !== null).length
  }

  forget(client: Client): void {
    this.#waiters.get(client)?.timer?.cancel()
    this.#waiters.delete(client)
  }

  /**
   * Ends a client's wait as if its time were over, or with an error; whether it waits. Where its entry is in the log, that may still
   * find something, and then is the answer.
   */
  unblock(client: Client, error: string | null): boolean {
    const waiter = this.#waiters.get(client)
    if (waiter === undefined) return false
    this.#end(waiter, { error })
    return true
  }

  /** This server leads no more: those whose entries are not in the log are told. */
  fail(): void {
    for (const waiter of Array.from(this.#waiters.values()))
      if (!waiter.isTrying) this.#end(waiter, { error: noLeader })
  }

  #end(waiter: Waiter, ending: Ending): void {
    waiter.ending = ending
    if (waiter.isTrying) return
    this.forget(waiter.context.client)
    this.#host.end(waiter.context, () => {
      conclude(waiter, ending)
    })
  }

  #limit(waiter: Waiter): void {
    const { timeout } = waiter.block
    if (timeout <= 0 || timeout >= timeoutMax) return
    waiter.timer = this.#host.after(ms(timeout), () => {
      this.#end(waiter, { error: null })
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

function conclude({ block, context }: Waiter, { error }: Ending): void {
  if (error !== null) context.reply.error(error)
  else if (block.expire === undefined) context.reply.nullArray()
  else block.expire()
}
