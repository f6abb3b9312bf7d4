// Whether a call that failed is made again, and when: only what may go well next time, only so often, only while somebody
// still waits, and only within the budget that all calls share.

import { type Backoff, BackoffWaits, demandBackoff } from './backoff.ts'
import { demandWhole } from './bounds.ts'
import { type Deadline, isPast } from './deadline.ts'
import type { RetryBudget } from './retry-budget.ts'
import { after, type Duration, type Instant, ns, type RandomStream } from '../../sim/index.ts'

/** How a call is retried. */
export interface RetryOptions {
  /** Attempts in all, the first one included. */
  readonly attemptsMax: number
  readonly backoff: Backoff
  /** Shared by all calls to the same service; null for none, which makes retry storms possible. */
  readonly budget: RetryBudget | null
}

/** What to do after a failure. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly wait: Duration }
  /** `permanent`: it would fail again; `attempts`: there were enough; `deadline`: the wait would outlast it; `budget`: it is spent. */
  | { readonly kind: 'give-up'; readonly reason: 'permanent' | 'attempts' | 'deadline' | 'budget' }

/** What is known of a failure. */
export interface Failure {
  readonly isRetryable: boolean
  /** How long the service asked callers to stay away (Retry-After): no wait is shorter. */
  readonly retryAfter?: Duration
}

/** Throws a RangeError for options that are none. */
export function demandRetryOptions({ attemptsMax, backoff }: RetryOptions): void {
  demandWhole('attemptsMax', attemptsMax, { min: 1, max: 1_000_000 })
  demandBackoff(backoff)
}

/** One call: its attempts so far. */
export class RetriedCall {
  readonly #options: RetryOptions
  readonly #deadline: Deadline | null
  readonly #waits: BackoffWaits
  #attempts = 1

  /** The first attempt is made now. `random` is drawn from once for each failure that may be retried. */
  constructor(
    options: RetryOptions,
    {
      now,
      deadline,
      random,
    }: { readonly now: Instant; readonly deadline: Deadline | null; readonly random: RandomStream },
  ) {
    demandWhole('attemptsMax', options.attemptsMax, { min: 1, max: 1_000_000 })
    this.#options = options
    this.#deadline = deadline
    this.#waits = new BackoffWaits(options.backoff, random)
    options.budget?.request(now)
  }

  /** How many attempts were made, or decided on. */
  get attempts(): number {
    return this.#attempts
  }

  /** The last attempt failed. The budget is asked last, so that only a retry that is made is paid for. */
  failed(now: Instant, { isRetryable, retryAfter = ns(0) }: Failure): RetryDecision {
    if (!isRetryable) return { kind: 'give-up', reason: 'permanent' }
    if (this.#attempts >= this.#options.attemptsMax) return { kind: 'give-up', reason: 'attempts' }
    const wait = Math.max(this.#waits.next(), retryAfter) as Duration
    if (this.#deadline !== null && isPast(this.#deadline, after(now, wait)))
      return { kind: 'give-up', reason: 'deadline' }
    if (this.#options.budget?.withdraw(now) === false) return { kind: 'give-up', reason: 'budget' }
    this.#attempts++
    return { kind: 'retry', wait }
  }
}
