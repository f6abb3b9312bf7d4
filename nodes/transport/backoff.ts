// How long to wait before the next try: longer each time, and never at the same moment as others who failed together.

import { type Duration, ms, type RandomStream, seconds } from '../../sim/index.ts'

/** The waits: `first`, then `factor` times as long each time, up to `max`. */
export interface BackoffSettings {
  readonly first?: Duration
  readonly factor?: number
  readonly max?: Duration
}

/** Exponential back-off with equal jitter: each wait lies between half of what it would be and all of it. */
export class Backoff {
  readonly #random: RandomStream
  readonly #first: Duration
  readonly #factor: number
  readonly #max: Duration
  #bound: Duration

  /** By default 100 ms, doubled up to 10 s. Throws a RangeError where `first` is 0 or above `max`, or `factor` below 1. */
  constructor(random: RandomStream, settings: BackoffSettings = {}) {
    const { first = ms(100), factor = 2, max = seconds(10) } = settings
    if (!(first > 0 && first <= max)) throw new RangeError(`first: got ${first}, wanted 1 to ${max} ns`)
    if (!(factor >= 1 && factor <= 1000)) throw new RangeError(`factor: got ${factor}, wanted 1 to 1000`)
    this.#random = random
    this.#first = first
    this.#factor = factor
    this.#max = max
    this.#bound = first
  }

  /** The next wait. Draws once. */
  next(): Duration {
    const bound = this.#bound
    this.#bound = Math.min(this.#max, Math.ceil(bound * this.#factor)) as Duration
    const half = Math.ceil(bound / 2)
    return this.#random.int(half, bound) as Duration
  }

  /** It went well: the next wait is the first again. */
  reset(): void {
    this.#bound = this.#first
  }
}
