// What to leave undone when there is too much: told by how long requests stood in the queue, which needs no knowledge of
// how fast the service is. One sheds what is too late anyhow, the other what matters least.

import { demandDuration, demandRatio, demandWhole } from './bounds.ts'
import { after, type Duration, type Instant, ms } from '../../sim/index.ts'

/** When a queue counts as too long. */
export interface ControlledDelayOptions {
  /** How long a request may stand in a queue that never empties (default 5 ms). */
  readonly target?: Duration
  /** For how long every request has to wait longer than that before the service is overloaded (default 100 ms). */
  readonly interval?: Duration
}

/**
 * Controlled delay: a queue that was never shorter than `target` for an `interval` is no burst but overload, and then
 * requests that waited for more than twice the target are shed (CoDel, RFC 8289, in the form that Maurer gives for
 * servers, "Fail at Scale", ACM Queue 2015). While it is overloaded, the newest request should be served first.
 */
export class ControlledDelay {
  readonly #target: Duration
  readonly #interval: Duration
  #intervalEnd = 0 as Instant
  #delayMin = 0
  #isOverloaded = false

  constructor({ target = ms(5), interval = ms(100) }: ControlledDelayOptions = {}) {
    demandDuration('target', target)
    demandDuration('interval', interval)
    this.#target = target
    this.#interval = interval
  }

  /** Whether the last interval was one of overload. */
  get isOverloaded(): boolean {
    return this.#isOverloaded
  }

  /** A request comes out of the queue, in which it stood for `delay`: whether to serve it. */
  admits(now: Instant, delay: Duration): boolean {
    if (now >= this.#intervalEnd) this.#beginInterval(now, delay)
    else this.#delayMin = Math.min(this.#delayMin, delay)
    return !(this.#isOverloaded && delay > this.#target * 2)
  }

  /** The queue is empty: nobody waits. */
  emptied(): void {
    this.#delayMin = 0
  }

  #beginInterval(now: Instant, delay: Duration): void {
    // An interval without a request says nothing.
    const isRecent = now < after(this.#intervalEnd, this.#interval)
    this.#isOverloaded = isRecent && this.#delayMin > this.#target
    this.#intervalEnd = after(now, this.#interval)
    this.#delayMin = delay
  }
}

/** How priorities are shed. */
export interface PriorityShedderOptions {
  /** How many priorities there are: 0 is the most important. */
  readonly priorities: number
  /** The service is overloaded when requests of a window stood in the queue for longer on average (default 20 ms). */
  readonly target?: Duration
  /** A window ends after so much time (default 100 ms) or so many requests (default 200). */
  readonly window?: Duration
  readonly requestsMax?: number
  /** The share that is admitted less after a window of overload (default 0.05), and more after one without (default 0.01). */
  readonly decrease?: number
  readonly increase?: number
}

/**
 * Admits by priority: requests are counted by it, and after each window the least important that is still admitted is moved
 * so that some fewer, or some more, get in (DAGOR: Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC
 * 2018). A caller may know the admitted priority and not even ask.
 */
export class PriorityShedder {
  readonly #counts: Float64Array
  readonly #options: Required<PriorityShedderOptions>
  #admitted: number
  #windowEnd = 0 as Instant
  #requests = 0
  #delays = 0
  #dequeued = 0

  constructor(options: PriorityShedderOptions) {
    const { priorities, target = ms(20), window = ms(100), requestsMax = 200 } = options
    const { decrease = 0.05, increase = 0.01 } = options
    demandWhole('priorities', priorities, { min: 1, max: 100_000 })
    demandWhole('requestsMax', requestsMax, { min: 1, max: 1_000_000 })
    demandDuration('target', target)
    demandDuration('window', window)
    demandRatio('decrease', decrease)
    demandRatio('increase', increase)
    this.#options = { priorities, target, window, requestsMax, decrease, increase }
    this.#counts = new Float64Array(priorities)
    this.#admitted = priorities - 1
  }

  /** The least important priority that is admitted: 0 is never shed. */
  get admitted(): number {
    return this.#admitted
  }

  /** A request arrives: whether it is admitted. */
  admits(now: Instant, priority: number): boolean {
    if (now >= this.#windowEnd || this.#requests >= this.#options.requestsMax) this.#endWindow(now)
    const place = Math.min(this.#options.priorities - 1, Math.max(0, Math.floor(priority)))
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#requests++
    return place <= this.#admitted
  }

  /** A request that was admitted comes out of the queue, in which it stood for `delay`. */
  dequeued(delay: Duration): void {
    this.#delays += delay
    this.#dequeued++
  }

  #endWindow(now: Instant): void {
    const { target, window } = this.#options
    this.#adjust(this.#dequeued > 0 && this.#delays / this.#dequeued > target)
    this.#counts.fill(0)
    this.#requests = this.#delays = this.#dequeued = 0
    this.#windowEnd = after(now, window)
  }

  #adjust(isOverloaded: boolean): void {
    const { decrease, increase, priorities } = this.#options
    let left = isOverloaded ? this.#admittedRequests() * decrease : this.#requests * increase
    if (isOverloaded) while (this.#admitted > 0 && left > 0) left -= this.#counts[this.#admitted--] ?? 0
    // At least one step, or priorities of which no request came would stay shut out for ever.
    else
      do {
        if (this.#admitted >= priorities - 1) break
        left -= this.#counts[++this.#admitted] ?? 0
      } while (left > 0)
  }

  #admittedRequests(): number {
    let sum = 0
    for (let place = 0; place <= this.#admitted; place++) sum += this.#counts[place] ?? 0
    return sum
  }
}
