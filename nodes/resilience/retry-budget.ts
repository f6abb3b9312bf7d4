// How many retries all callers of one service together may make: a share of what they call, and a few a second so that a
// service that is called seldom can be retried at all. Retries multiply the load just when there is too much of it; with a
// budget they add a share. As in Finagle (RetryBudget: percentCanRetry, minRetriesPerSec, ttl) and Envoy (retry_budget).

import { demandDuration } from './bounds.ts'
import { RollingCounts } from './rolling-counts.ts'
import { type Duration, type Instant, seconds, toSeconds } from '../../sim/index.ts'

/** How large a budget is. */
export interface RetryBudgetOptions {
  /** Retries for each request (default 0.2; 0 for none but the minimum). */
  readonly ratio?: number
  /** Retries a second that are allowed besides (default 1). */
  readonly perSecondMin?: number
  /** Over how long requests and retries are counted (default 10 s). */
  readonly window?: Duration
}

const slots = 10
const [requestColumn, retryColumn] = [0, 1]

/**
 * Counts requests and retries. Within the window, retries never exceed `ratio` times requests plus `perSecondMin` times its
 * length in seconds. The window moves on in tenths.
 */
export class RetryBudget {
  readonly #ratio: number
  readonly #reserve: number
  readonly #counts: RollingCounts

  constructor({ ratio = 0.2, perSecondMin = 1, window = seconds(10) }: RetryBudgetOptions = {}) {
    demandDuration('window', window)
    if (!(ratio >= 0 && ratio <= 100)) throw new RangeError(`ratio: got ${ratio}, wanted 0 to 100`)
    if (!(perSecondMin >= 0 && Number.isFinite(perSecondMin)))
      throw new RangeError(`perSecondMin: got ${perSecondMin}, wanted at least 0`)
    this.#ratio = ratio
    this.#reserve = perSecondMin * toSeconds(window)
    this.#counts = new RollingCounts({ columns: 2, window, slots })
  }

  /** Somebody makes a call (its first attempt). */
  request(now: Instant): void {
    this.#counts.add(now, requestColumn)
  }

  /** Whether a retry may be made now; if so it is counted. */
  withdraw(now: Instant): boolean {
    if (this.balance(now) < 1) return false
    this.#counts.add(now, retryColumn)
    return true
  }

  /** How many retries could be made now. */
  balance(now: Instant): number {
    const allowed = this.#ratio * this.#counts.total(now, requestColumn) + this.#reserve
    return allowed - this.#counts.total(now, retryColumn)
  }
}
