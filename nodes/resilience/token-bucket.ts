// A rate limit with bursts. A bucket of tokens that fills at a rate is the same as a "theoretical arrival time" that moves
// on by one interval for each token (GCRA, ITU-T I.371, where both forms stand side by side): one number, exact in whole nanoseconds.

import { demandDuration, demandWhole } from './bounds.ts'
import { type Duration, type Instant, ns } from '../../sim/index.ts'

/** How fast, and how much at once. */
export interface TokenBucketOptions {
  /** The time in which one token comes back: `perSecond(100)` for a hundred a second. */
  readonly every: Duration
  /** How many tokens there are when nobody took any for long: at least 1. */
  readonly burst: number
}

/**
 * A token bucket, full at the start. In any stretch of time `t` at most `burst + t / every` tokens are taken. The caller says
 * what time it is, which never goes back.
 */
export class TokenBucket {
  readonly #every: Duration
  readonly #burst: number
  readonly #slack: number
  /** When the bucket is full again. */
  #fullAt = Number.NEGATIVE_INFINITY

  constructor({ every, burst }: TokenBucketOptions) {
    demandDuration('every', every)
    demandWhole('burst', burst, { min: 1, max: Math.floor(Number.MAX_SAFE_INTEGER / 4 / every) })
    this.#every = every
    this.#burst = burst
    this.#slack = every * burst
  }

  /** Takes tokens if they are there: all or none. */
  take(now: Instant, tokens = 1): boolean {
    return this.reserve(now, ns(0), tokens) !== null
  }

  /**
   * Takes tokens that are there within `waitMax`, and says how long the caller has to wait before it goes on (0: not at all);
   * null when it would be longer, and nothing is taken then. So a bucket also works as a queue that leaks at its rate.
   */
  reserve(now: Instant, waitMax: Duration, tokens = 1): Duration | null {
    const wait = this.wait(now, tokens)
    if (wait > waitMax) return null
    this.#fullAt = Math.max(this.#fullAt, now) + tokens * this.#every
    return wait
  }

  /** How long until so many tokens are there: 0 when they are. Throws a RangeError for more than `burst`. */
  wait(now: Instant, tokens = 1): Duration {
    demandWhole('tokens', tokens, { min: 1, max: this.#burst })
    const fullAt = Math.max(this.#fullAt, now) + tokens * this.#every
    return Math.max(0, fullAt - this.#slack - now) as Duration
  }

  /** How many tokens are there, whole ones. */
  available(now: Instant): number {
    return Math.max(0, Math.floor((this.#slack - Math.max(0, this.#fullAt - now)) / this.#every))
  }
}
