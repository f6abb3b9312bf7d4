// `client-output-buffer-limit`: how much may wait for a client that does not take what it is sent, by what kind of client it
// is, and how long. Beyond it the connection is ended.

import type { Client } from './client.ts'
import type { ByteString } from './value.ts'
import type { Instant } from '../../sim/index.ts'

/** Kinds of clients that have limits of their own; `slave` are replicas. */
type OutputClass = 'normal' | 'slave' | 'pubsub'

/** What may wait, in bytes; 0 is no limit. More than `soft` may wait for so many seconds. */
export interface OutputLimit {
  readonly hard: number
  readonly soft: number
  readonly seconds: number
}

/**
 * Where a class has no hard limit, so many bytes may wait beyond what was written last: nobody takes all memory. A reply of any
 * size is sent, and so is a snapshot.
 */
export const unlimitedMax: number = 256 * 1024 * 1024

const none: OutputLimit = { hard: 0, soft: 0, seconds: 0 }

/** The limits of a server. */
export class OutputLimits {
  readonly #limits = new Map<OutputClass, OutputLimit>()
  /** The hard limit of replicas is never less: else what a partial resynchronization sends could end it. */
  #backlogSize = 0
  /** Up to so many waiting bytes no limit is reached. */
  least: number = unlimitedMax

  /** Takes a setting that concerns limits. */
  configure(name: string, value: ByteString): void {
    if (name === 'repl-backlog-size') this.#backlogSize = Number(value)
    if (name !== 'client-output-buffer-limit') return
    for (const [, kind = '', ...numbers] of value.matchAll(/([a-z]+) ([0-9]+) ([0-9]+) ([0-9]+)/g)) {
      const [hard = 0, soft = 0, seconds = 0] = numbers.map(Number)
      this.#limits.set(kind as OutputClass, { hard, soft, seconds })
    }
    const all = [...this.#limits.values()].flatMap(({ hard, soft }) => [hard, soft])
    this.least = Math.min(unlimitedMax, ...all.filter((limit) => limit > 0))
  }

  of(client: Client): OutputLimit {
    const kind = client.role === 'replica' ? 'slave' : client.isSubscriber ? 'pubsub' : 'normal'
    const limit = this.#limits.get(kind) ?? none
    if (kind !== 'slave' || limit.hard === 0) return limit
    return { ...limit, hard: Math.max(limit.hard, this.#backlogSize) }
  }
}

const nanosecondsPerSecond = 1_000_000_000

/** What of a limit one client has used. */
export class OutputBudget {
  #exempt = 0
  #softSince: Instant | null = null

  /** So many bytes of what is written next do not count: a snapshot, which is as large as the data. */
  exempt(bytes: number): void {
    this.#exempt += bytes
  }

  /** How many of the bytes that wait do not count. */
  get exempted(): number {
    return this.#exempt
  }

  /** So many bytes have left. */
  left(bytes: number): void {
    this.#exempt = Math.max(0, this.#exempt - bytes)
  }

  /** Little waits. */
  relax(): void {
    this.#softSince = null
  }

  /** Whether a client is to be ended for whom so many bytes wait, those included that were `added` last. */
  isExceeded(limit: OutputLimit, unsent: number, added: number, now: Instant): boolean {
    const counted = unsent - this.#exempt
    if (limit.hard > 0 ? counted > limit.hard : counted > unlimitedMax + added) return true
    if (limit.soft === 0 || counted <= limit.soft) {
      this.#softSince = null
      return false
    }
    this.#softSince ??= now
    return now - this.#softSince > limit.seconds * nanosecondsPerSecond
  }
}
