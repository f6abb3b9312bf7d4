// So many calls at once and so many waiting, and no more: what one slow dependency can hold of its caller is bounded, as a
// bulkhead keeps the water in one compartment (Nygard, "Release It!").

import { demandWhole } from './bounds.ts'
import { after, type Duration, type Instant } from '../../sim/index.ts'

/** How much is let in. */
export interface BulkheadOptions {
  readonly concurrencyMax: number
  /** How many may wait (default 0). */
  readonly queueMax?: number
  /** How long one waits at most (default: for ever). */
  readonly waitMax?: Duration
}

/** What becomes of one that arrives. */
export type BulkheadEntry = 'entered' | 'queued' | 'refused'

const callsMax = 10_000_000

/** A bulkhead for calls of a type `W`, each a different value. First come, first served. */
export class Bulkhead<W> {
  readonly #concurrencyMax: number
  readonly #queueMax: number
  readonly #waitMax: Duration | null
  /** Those that wait, oldest first, and since when. */
  readonly #queue = new Map<W, Instant>()
  #inside = 0

  constructor({ concurrencyMax, queueMax = 0, waitMax }: BulkheadOptions) {
    demandWhole('concurrencyMax', concurrencyMax, { min: 1, max: callsMax })
    demandWhole('queueMax', queueMax, { min: 0, max: callsMax })
    if (waitMax !== undefined) demandWhole('waitMax', waitMax, { min: 0, max: Number.MAX_SAFE_INTEGER })
    this.#concurrencyMax = concurrencyMax
    this.#queueMax = queueMax
    this.#waitMax = waitMax ?? null
  }

  /** How many are inside. */
  get inside(): number {
    return this.#inside
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size
  }

  /** Whether one that arrives enters at once. */
  get hasRoom(): boolean {
    return this.#inside < this.#concurrencyMax
  }

  /** A call arrives. One that entered has to leave; one that is queued is given by `leave` or `expire`, or withdrawn. */
  arrive(now: Instant, call: W): BulkheadEntry {
    if (this.hasRoom) {
      this.#inside++
      return 'entered'
    }
    if (this.#queue.size >= this.#queueMax) return 'refused'
    this.#queue.set(call, now)
    return 'queued'
  }

  /** A call that was inside is done. Returns the one that enters in its place, or null. */
  leave(): W | null {
    if (this.#inside === 0) throw new RangeError('leave: got nobody inside, wanted a call that entered')
    for (const [next] of this.#queue) {
      this.#queue.delete(next)
      return next
    }
    this.#inside--
    return null
  }

  /** A call waits no longer, of its own will. Whether it was waiting. */
  withdraw(call: W): boolean {
    return this.#queue.delete(call)
  }

  /** When the next one has waited for too long; null when nobody will have. */
  get expiresAt(): Instant | null {
    if (this.#waitMax === null) return null
    for (const [, since] of this.#queue) return after(since, this.#waitMax)
    return null
  }

  /** Those that have waited for too long: they wait no more. */
  expire(now: Instant): readonly W[] {
    const expired: W[] = []
    if (this.#waitMax === null) return expired
    for (const [call, since] of this.#queue) {
      if (after(since, this.#waitMax) > now) break
      this.#queue.delete(call)
      expired.push(call)
    }
    return expired
  }
}
