// Stops calling what keeps failing, and tries it again with few calls after a while (Nygard, "Release It!"; the windows and
// rates are those of resilience4j). Closed: calls go through and are counted. Open: none goes through. Half-open: so many
// probes go through, and what becomes of them decides.

import { demandDuration, demandRatio, demandWhole } from './bounds.ts'
import {
  demandWindow,
  type OutcomeWindow,
  type Outcomes,
  outcomeWindow,
  type WindowSpec,
} from './outcome-window.ts'
import { after, between, type Duration, type Instant } from '../../sim/index.ts'

/** When a breaker opens, and how it closes again. */
export interface CircuitBreakerOptions {
  readonly window: WindowSpec
  /** With fewer calls in the window it never opens (default: all of a count window, 20 of a time window). */
  readonly callsMin?: number
  /** Opens when at least this share of the calls failed (default 0.5). */
  readonly failureRate?: number
  /** A call that takes at least so long is slow, whether or not it succeeds (default: none is). */
  readonly slowFrom?: Duration
  /** Opens when at least this share of the calls was slow (default 1). */
  readonly slowRate?: number
  /** How long it stays open before it tries again. */
  readonly openFor: Duration
  /** How many probes there are in a half-open phase, at most (default 5). */
  readonly probes?: number
  /** How long probes may take together: those that did not end by then have failed (default: `openFor`). */
  readonly probesFor?: Duration
}

/** Where it stands. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** How a call ended; `ignored` says nothing about the service, as when the caller gave up or asked for nonsense. */
export type CallOutcome = 'success' | 'failure' | 'ignored'

/** Leave to call: to be given back once. */
export interface BreakerPermit {
  readonly at: Instant
  /** Which stay in a state it belongs to. */
  readonly epoch: number
}

/** A circuit breaker, closed at first. Changes only when it is asked: no timers. */
export class CircuitBreaker {
  readonly #options: Required<Omit<CircuitBreakerOptions, 'slowFrom' | 'window'>>
  readonly #slowFrom: number
  readonly #window: OutcomeWindow
  #state: BreakerState = 'closed'
  #epoch = 0
  #since = 0 as Instant
  /** Probes that were let through, and what became of those that ended. */
  #probes = 0
  #probed: Outcomes = { calls: 0, failures: 0, slow: 0 }

  constructor(options: CircuitBreakerOptions) {
    const { window, openFor, failureRate = 0.5, slowRate = 1, probes = 5, probesFor = openFor } = options
    demandWindow(window)
    const callsMin = options.callsMin ?? (window.kind === 'count' ? window.calls : 20)
    demandDuration('openFor', openFor)
    demandDuration('probesFor', probesFor)
    demandRatio('failureRate', failureRate)
    demandRatio('slowRate', slowRate)
    demandWhole('probes', probes, { min: 1, max: 1_000_000 })
    demandWhole('callsMin', callsMin, { min: 1, max: window.kind === 'count' ? window.calls : 1_000_000 })
    this.#options = { callsMin, failureRate, slowRate, openFor, probes, probesFor }
    if (options.slowFrom !== undefined) demandDuration('slowFrom', options.slowFrom)
    this.#slowFrom = options.slowFrom ?? Number.POSITIVE_INFINITY
    this.#window = outcomeWindow(window)
  }

  /** Where it stands, as of when it was last asked. */
  get state(): BreakerState {
    return this.#state
  }

  /** Leave to call now; null when the call has to fail at once. Whoever gets it gives it back by `release`. */
  acquire(now: Instant): BreakerPermit | null {
    this.#move(now)
    if (this.#state === 'open') return null
    if (this.#state === 'half-open' && this.#probes >= this.#options.probes) return null
    if (this.#state === 'half-open') this.#probes++
    return { at: now, epoch: this.#epoch }
  }

  /** A call has ended. What was allowed in an earlier state says nothing about this one and counts for nothing. */
  release(permit: BreakerPermit, now: Instant, outcome: CallOutcome): void {
    this.#move(now)
    if (permit.epoch !== this.#epoch) return
    const call = { isFailure: outcome === 'failure', isSlow: between(permit.at, now) >= this.#slowFrom }
    if (this.#state === 'half-open') this.#probeEnded(now, outcome, call)
    else if (outcome !== 'ignored') {
      this.#window.record(now, call)
      const outcomes = this.#window.outcomes(now)
      if (outcomes.calls >= this.#options.callsMin && this.#isTooBad(outcomes, outcomes.calls))
        this.#become('open', now)
    }
  }

  /** What only time does: an open breaker tries again, and probes that hang have failed. */
  #move(now: Instant): void {
    const { openFor, probesFor } = this.#options
    if (this.#state === 'half-open' && this.#probes > 0 && now >= after(this.#since, probesFor))
      this.#become('open', after(this.#since, probesFor))
    if (this.#state === 'open' && now >= after(this.#since, openFor)) this.#become('half-open', now)
  }

  #probeEnded(
    now: Instant,
    outcome: CallOutcome,
    { isFailure, isSlow }: { readonly isFailure: boolean; readonly isSlow: boolean },
  ): void {
    if (outcome === 'ignored') {
      this.#probes--
      return
    }
    const { calls, failures, slow } = this.#probed
    this.#probed = { calls: calls + 1, failures: failures + Number(isFailure), slow: slow + Number(isSlow) }
    // Once enough have failed it does not matter what becomes of the others.
    if (this.#isTooBad(this.#probed, this.#options.probes)) this.#become('open', now)
    else if (this.#probed.calls === this.#options.probes) this.#become('closed', now)
  }

  #isTooBad({ failures, slow }: Outcomes, calls: number): boolean {
    return failures >= calls * this.#options.failureRate || slow >= calls * this.#options.slowRate
  }

  #become(state: BreakerState, now: Instant): void {
    this.#state = state
    this.#since = now
    this.#epoch++
    this.#probes = 0
    this.#probed = { calls: 0, failures: 0, slow: 0 }
    this.#window.clear()
  }
}
