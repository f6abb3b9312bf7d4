// How many calls a service can take at once is not known beforehand and changes: it is found from how long calls take and
// whether they fail, as TCP finds its window.

import { demandDuration, demandRatio, demandWhole } from './bounds.ts'
import { between, type Duration, type Instant } from '../../sim/index.ts'

/** One call that ended. */
export interface LimitSample {
  readonly took: Duration
  /** How many calls were open when it ended, itself included. */
  readonly inFlight: number
  /** It was refused, or nobody waited for its end: a sign of overload by itself. */
  readonly isDropped: boolean
}

/** Finds the limit from samples. */
export interface ConcurrencyLimit {
  /** How many calls may be open at once: at least 1. */
  readonly limit: number
  sample(sample: LimitSample): void
}

/** Between which bounds a limit moves. */
export interface LimitBounds {
  /** Where it begins (default 20). */
  readonly initial?: number
  /** Default 1. */
  readonly min?: number
  /** Default 1000. */
  readonly max?: number
}

function demandBounds({ initial = 20, min = 1, max = 1000 }: LimitBounds): Required<LimitBounds> {
  demandWhole('min', min, { min: 1, max: 1_000_000 })
  demandWhole('max', max, { min, max: 1_000_000 })
  demandWhole('initial', initial, { min: 0, max: 1_000_000 })
  const first = Math.min(max, Math.max(min, initial))
  return { initial: first, min, max }
}

/** One more for each round of calls that went well, a share less for one that did not (AIMD; Chiu and Jain, 1989). */
export class AimdLimit implements ConcurrencyLimit {
  readonly #bounds: Required<LimitBounds>
  readonly #slowFrom: number
  readonly #decrease: number
  #limit: number

  /** A call that takes at least `slowFrom` counts as one that did not go well; `decrease` (default 0.9) is what is left then. */
  constructor(options: LimitBounds & { readonly slowFrom?: Duration; readonly decrease?: number } = {}) {
    this.#bounds = demandBounds(options)
    this.#slowFrom = options.slowFrom ?? Number.POSITIVE_INFINITY
    if (options.slowFrom !== undefined) demandDuration('slowFrom', options.slowFrom)
    this.#decrease = options.decrease ?? 0.9
    demandRatio('decrease', this.#decrease)
    this.#limit = this.#bounds.initial
  }

  get limit(): number {
    return Math.floor(this.#limit)
  }

  sample({ took, inFlight, isDropped }: LimitSample): void {
    const { min, max } = this.#bounds
    if (isDropped || took >= this.#slowFrom) this.#limit = Math.max(min, this.#limit * this.#decrease)
    // A limit that is not made use of is not known to be good.
    else if (inFlight * 2 >= this.#limit) this.#limit = Math.min(max, this.#limit + 1 / this.#limit)
  }
}

/** How a gradient limit moves. */
export interface GradientLimitOptions extends LimitBounds {
  /** How much longer than without load calls may take before the limit shrinks (default 1.5). */
  readonly tolerance?: number
  /** How much of a new limit is taken over at once (default 0.2). */
  readonly smoothing?: number
  /** After how many calls it is measured again how long one takes without load (default 5000). */
  readonly measureEvery?: number
  /** Over how many calls it is measured (default 25). */
  readonly measureOver?: number
}

/** While it is measured how long calls take without load, no more than this many are open. */
const measuredLimit = 3

/**
 * Shrinks in proportion as calls take longer than they do without load, and grows by the square root of the limit, which is
 * the queue that it allows. What a call takes without load is measured at first and now and then, with a limit of 3, or a
 * queue that stays would be taken for how things are. (Envoy's adaptive concurrency filter with its gradient controller, which
 * follows Netflix's concurrency-limits.)
 */
export class GradientLimit implements ConcurrencyLimit {
  readonly #bounds: Required<LimitBounds>
  readonly #options: Required<Omit<GradientLimitOptions, keyof LimitBounds>>
  #limit: number
  #unloaded = Number.POSITIVE_INFINITY
  /** How many calls there were since it was measured last, or negative: how many are still to be measured. */
  #calls: number

  constructor(options: GradientLimitOptions = {}) {
    this.#bounds = demandBounds(options)
    const { tolerance = 1.5, smoothing = 0.2, measureEvery = 5000, measureOver = 25 } = options
    if (!(tolerance >= 1)) throw new RangeError(`tolerance: got ${tolerance}, wanted at least 1`)
    demandRatio('smoothing', smoothing)
    demandWhole('measureEvery', measureEvery, { min: 1, max: 1e9 })
    demandWhole('measureOver', measureOver, { min: 1, max: 1e6 })
    this.#options = { tolerance, smoothing, measureEvery, measureOver }
    this.#limit = this.#bounds.initial
    this.#calls = -measureOver
  }

  get limit(): number {
    const { min, max } = this.#bounds
    return this.#calls < 0 ? Math.min(max, Math.max(min, measuredLimit)) : Math.floor(this.#limit)
  }

  sample({ took, inFlight, isDropped }: LimitSample): void {
    if (this.#calls < 0) return this.#measure(took, inFlight <= this.limit && !isDropped)
    if (++this.#calls > this.#options.measureEvery) return this.#measureAgain()
    if (isDropped) return this.#move(this.#limit / 2)
    // A limit that is not made use of is not known to be good.
    if (inFlight * 2 < this.#limit) return undefined
    const gradient = (this.#options.tolerance * this.#unloaded) / Math.max(1, took)
    return this.#move(this.#limit * Math.max(0.5, Math.min(1, gradient)) + Math.sqrt(this.#limit))
  }

  #measureAgain(): void {
    this.#calls = -this.#options.measureOver
    this.#unloaded = Number.POSITIVE_INFINITY
  }

  #measure(took: number, isMeasured: boolean): void {
    // Calls that began before there were so few are slowed by each other still.
    if (!isMeasured) return
    this.#unloaded = Math.min(this.#unloaded, took)
    this.#calls++
  }

  #move(target: number): void {
    const { min, max } = this.#bounds
    const { smoothing } = this.#options
    this.#limit = Math.min(max, Math.max(min, this.#limit * (1 - smoothing) + target * smoothing))
  }
}

/** Leave to call: to be given back once. */
export interface LimiterPermit {
  readonly at: Instant
}

/** Lets as many calls be open at once as a limit says. Never more than its greatest; when the limit shrinks, open calls go on. */
export class ConcurrencyLimiter {
  readonly #limit: ConcurrencyLimit
  #inFlight = 0

  constructor(limit: ConcurrencyLimit) {
    this.#limit = limit
  }

  /** How many calls are open. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** How many may be. */
  get limit(): number {
    return this.#limit.limit
  }

  /** Leave to call now, or null. */
  acquire(now: Instant): LimiterPermit | null {
    if (this.#inFlight >= this.#limit.limit) return null
    this.#inFlight++
    return { at: now }
  }

  /** A call has ended; of one that is `ignored` nothing is learnt, as when it failed at once for its own reasons. */
  release({ at }: LimiterPermit, now: Instant, outcome: 'done' | 'dropped' | 'ignored'): void {
    if (this.#inFlight === 0) throw new RangeError('release: got no open call, wanted one that was acquired')
    const sample = { took: between(at, now), inFlight: this.#inFlight, isDropped: outcome === 'dropped' }
    this.#inFlight--
    if (outcome !== 'ignored') this.#limit.sample(sample)
  }
}
