// How long to wait before the next attempt. Callers that failed together must not come back together: what is drawn matters
// more than how it grows. The kinds are those of Marc Brooker, "Exponential Backoff and Jitter" (AWS, 2015).

import { demandDuration, demandWhole } from './bounds.ts'
import type { Duration, RandomStream } from '../../sim/index.ts'

/** How waits grow. Each takes exactly one draw. */
export interface Backoff {
  /**
   * `full`: from 0 to the exponential bound; `equal`: from half of it; `decorrelated`: from `base` to three times the
   * wait before; `none`: the bound itself.
   */
  readonly jitter: 'full' | 'equal' | 'decorrelated' | 'none'
  /** The bound of the first wait, which doubles with each further one. */
  readonly base: Duration
  /** No wait is longer. */
  readonly max: Duration
}

/** Throws a RangeError for a back-off that is none. */
export function demandBackoff({ base, max }: Backoff): void {
  demandDuration('base', base)
  demandWhole('max', max, { min: base, max: Number.MAX_SAFE_INTEGER / 8 })
}

/** The waits of one call, in order. */
export class BackoffWaits {
  readonly #backoff: Backoff
  readonly #random: RandomStream
  #bound: number
  #previous: number

  constructor(backoff: Backoff, random: RandomStream) {
    demandBackoff(backoff)
    this.#backoff = backoff
    this.#random = random
    this.#bound = backoff.base
    this.#previous = backoff.base
  }

  /** The next wait, at most `max`. */
  next(): Duration {
    const place = this.#random.float()
    const { jitter, base, max } = this.#backoff
    const bound = this.#bound
    this.#bound = Math.min(max, bound * 2)
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
}

function draw(place: number, from: number, to: number): Duration {
  return (from + Math.floor(place * (to - from + 1))) as Duration
}
