// How long to wait before the next attempt. Callers that failed together must not come back together: what is drawn matters
// more than how it grows. The kinds are those of Marc Brooker, "Exponential Backoff and Jitter" (AWS, 2015).

import { demandDuration, demandWhole } from './bounds.ts'
import { type Duration, ms, type RandomStream, seconds } from '../../sim/index.ts'

/** How waits grow. Each takes exactly one draw. */
export interface Backoff {
  /**
   * `full`: from 0 to the exponential bound; `equal` (the default): from half of it; `decorrelated`: from `base` to three
   * times the wait before, whatever `factor` says; `none`: the bound itself.
   */
  readonly jitter?: 'full' | 'equal' | 'decorrelated' | 'none'
  /** The bound of the first wait (default 100 ms). */
  readonly base?: Duration
  /** How many times as long the bound is with each further wait, 1 to 1,000 (default 2). */
  readonly factor?: number
  /** No wait is longer (default 10 s). */
  readonly max?: Duration
}

/** Waits in order: those of one call, or of one connection up to the next success. */
export class BackoffWaits {
  readonly #backoff: Required<Backoff>
  readonly #random: RandomStream
  #bound: number
  #previous: number

  /** Throws a RangeError for a back-off that is none. */
  constructor(backoff: Backoff, random: RandomStream) {
    this.#backoff = complete(backoff)
    this.#random = random
    this.#bound = this.#backoff.base
    this.#previous = this.#backoff.base
  }

  /** The next wait, at most `max`. */
  next(): Duration {
    const place = this.#random.float()
    const { jitter, base, factor, max } = this.#backoff
    const bound = this.#bound
    this.#bound = Math.min(max, Math.ceil(bound * factor))
    switch (jitter) {
      case 'full':
        return draw(place, 0, bound)
      case 'equal':
        return draw(place, Math.ceil(bound / 2), bound)
      case 'none':
        return bound as Duration
      case 'decorrelated':
        this.#previous = draw(place, base, Math.min(max, this.#previous * 3))
        return this.#previous as Duration
    }
  }

  /** It went well: the next wait is the first again. */
  reset(): void {
    this.#bound = this.#backoff.base
    this.#previous = this.#backoff.base
  }
}

/** Throws a RangeError for a back-off that is none. */
export function demandBackoff(backoff: Backoff): void {
  complete(backoff)
}

function complete({
  jitter = 'equal',
  base = ms(100),
  factor = 2,
  max = seconds(10),
}: Backoff): Required<Backoff> {
  demandDuration('base', base)
  demandWhole('max', max, { min: base, max: Number.MAX_SAFE_INTEGER / 8 })
  if (!(factor >= 1 && factor <= 1000)) throw new RangeError(`factor: got ${factor}, wanted 1 to 1000`)
  return { jitter, base, factor, max }
}

function draw(place: number, from: number, to: number): Duration {
  return (from + Math.floor(place * (to - from + 1))) as Duration
}
