// A node's clocks as functions of virtual time: a monotonic one that drifts, and a wall clock on top of it that may be
// offset, stepped and slewed. Both are whole nanoseconds.

import type { Duration, Instant } from '../time.ts'

interface Slew {
  readonly total: number
  readonly ppm: number
  readonly sinceMonotonic: number
}

/** The clocks of one node. */
export class NodeClock {
  #since = 0
  #monotonicSince = 0
  #rate = 1
  #offset: number
  #slew: Slew | null = null

  /** `offset`: how far the wall clock is ahead at the start; `ppm`: how fast both clocks run, in parts per million. */
  constructor(offset: Duration, ppm: number) {
    this.#offset = offset
    this.#rate = rateOf(ppm)
  }

  /** What the monotonic clock shows at a virtual instant, not before the last change of its rate. */
  monotonic(now: Instant): Instant {
    if (this.#rate === 1) return (this.#monotonicSince + now - this.#since) as Instant
    return (this.#monotonicSince + Math.floor((now - this.#since) * this.#rate)) as Instant
  }

  /** What the wall clock shows at a virtual instant. */
  wall(now: Instant): Instant {
    const monotonic = this.monotonic(now)
    return (monotonic + this.#offset + this.#slewed(monotonic)) as Instant
  }

  /** How much virtual time passes while the monotonic clock advances by a duration, rounded up. */
  toVirtual(local: Duration): Duration {
    return (this.#rate === 1 ? local : Math.ceil(local / this.#rate)) as Duration
  }

  /** Lets the wall clock jump. */
  step(by: Duration): void {
    this.#offset += by
  }

  /** Changes how fast both clocks run from `now` on; timers must be set anew. */
  drift(ppm: number, now: Instant): void {
    this.#monotonicSince = this.monotonic(now)
    this.#since = now
    this.#rate = rateOf(ppm)
  }

  /** Moves the wall clock by `by` gradually, at `ppm` parts per million of the time that passes. */
  slew(by: Duration, ppm: number, now: Instant): void {
    const monotonic = this.monotonic(now)
    this.#offset += this.#slewed(monotonic)
    this.#slew = { total: by, ppm: Math.abs(ppm), sinceMonotonic: monotonic }
  }

  #slewed(monotonic: number): number {
    if (this.#slew === null) return 0
    const { total, ppm, sinceMonotonic } = this.#slew
    const moved = Math.floor(((monotonic - sinceMonotonic) * ppm) / 1_000_000)
    return total < 0 ? Math.max(total, -moved) : Math.min(total, moved)
  }
}

function rateOf(ppm: number): number {
  if (!(ppm > -1_000_000)) throw new RangeError(`drift: got ${ppm} ppm, wanted more than -1,000,000`)
  return 1 + ppm / 1_000_000
}
