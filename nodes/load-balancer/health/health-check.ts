// Whether a back-end answers when it is asked (active health checks): one answer more or less does not turn it around.

import type { Instant } from '../../../sim/index.ts'

/** How many results in a row turn a back-end around, as HAProxy's `rise` and `fall`. */
export interface HealthCheckOptions {
  /** So many good ones bring it up (default 2). */
  readonly rise?: number
  /** So many bad ones take it down (default 3). */
  readonly fall?: number
  /** Whether it is up before it was asked (default true). */
  readonly startsUp?: boolean
}

/** The health of one back-end, as its checks tell. */
export class HealthCheck {
  readonly #rise: number
  readonly #fall: number
  #isUp: boolean
  /** How many results in a row speak against what it is taken for. */
  #against = 0
  #since: Instant

  constructor(now: Instant, { rise = 2, fall = 3, startsUp = true }: HealthCheckOptions = {}) {
    for (const [name, got] of [
      ['rise', rise],
      ['fall', fall],
    ] as const)
      if (!Number.isSafeInteger(got) || got < 1)
        throw new RangeError(`${name}: got ${got}, wanted a whole number of at least 1`)
    this.#rise = rise
    this.#fall = fall
    this.#isUp = startsUp
    this.#since = now
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Since when it is up, or down: where a slow start begins. */
  get since(): Instant {
    return this.#since
  }

  /** A check has ended. Whether the back-end is turned around by that. */
  checked(now: Instant, isGood: boolean): boolean {
    this.#against = isGood === this.#isUp ? 0 : this.#against + 1
    if (this.#against < (this.#isUp ? this.#fall : this.#rise)) return false
    this.#isUp = !this.#isUp
    this.#since = now
    this.#against = 0
    return true
  }
}
