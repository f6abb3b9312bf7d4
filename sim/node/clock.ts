// A node's clocks as functions of virtual time: a monotonic one that drifts, and a wall clock on top of it that may be
// offset, stepped and slewed. Both are whole nanoseconds.

import type { Duration, Instant } from '../time.ts'

const million = 1_000_000

interface Slew {
  readonly total: number
  readonly ppm: number
  readonly sinceMonotonic: number
}

/** The clocks of one node. */
export class NodeClock {
  #since = 0
  #monotonicSince = 0
  #ppm: number
  readonly #offsetAtStart: number
  #offset: number
  #slew: Slew | null = null

  /** `offset`: how far the wall clock is ahead at the start; `ppm`: how fast both clocks run, in parts per million. */
  constructor(offset: Duration, ppm: number) {
    this.#offsetAtStart = offset
    this.#offset = offset
    this.#ppm = checkedPpm(ppm)
  }

  /** What the monotonic clock shows at a virtual instant, not before the last change of its rate. */
  monotonic(now: Instant): Instant {
    const elapsed = now - this.#since
    const drifted = this.#ppm === 0 ? 0 : Math.floor((elapsed * this.#ppm) / million)
    return (this.#monotonicSince + elapsed + drifted) as Instant
  }

  /** What the wall clock shows at a virtual instant. */
  wall(now: Instant): Instant {
    const monotonic = this.monotonic(now)
    return (monotonic + this.#offset + this.#slewed(monotonic)) as Instant
  }

  /** How much virtual time passes while the monotonic clock advances by a duration, rounded up. */
  toVirtual(local: Duration): Duration {
    return (this.#ppm === 0 ? local : Math.ceil((local * million) / (million + this.#ppm))) as Duration
  }

  /** Lets the wall clock jump. */
  step(by: Duration): void {
    this.#offset += by
  }

  /** Takes back all steps and slews. */
  correct(): void {
    this.#offset = this.#offsetAtStart
    this.#slew = null
  }

  /** Changes how fast both clocks run from `now` on; timers must be set anew. */
  drift(ppm: number, now: Instant): void {
    this.#monotonicSince = this.monotonic(now)
    this.#since = now
    this.#ppm = checkedPpm(ppm)
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
    const moved = Math.floor(((monotonic - sinceMonotonic) * ppm) / million)
    return total < 0 ? Math.max(total, -moved) : Math.min(total, moved)
  }
}

function checkedPpm(ppm: number): number {
  if (!(ppm > -million)) throw new RangeError(`drift: got ${ppm} ppm, wanted more than -1,000,000`)
  return ppm
}
