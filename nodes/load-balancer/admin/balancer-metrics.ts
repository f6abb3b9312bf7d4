// What a balancer counts of all it does, beside what it counts of each back-end.

import { toSeconds, type Duration } from '../../../sim/index.ts'

/** How a request or connection ended: of HTTP by the class of its status, or why there was none. */
export type Ending =
  | '2xx'
  | '3xx'
  | '4xx'
  | '5xx'
  | 'done'
  | 'tunnel'
  | 'no-backend'
  | 'bad-gateway'
  | 'timeout'
  | 'client-gone'
  | 'idle'
  | 'client-broke'
  | 'backend-broke'

/** The upper bounds of the histogram of durations, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

/** Counts of one balancer. */
export class BalancerMetrics {
  readonly #endings = new Map<Ending, number>()
  readonly #buckets = new Float64Array(bounds.length + 1)
  #seconds = 0
  #count = 0
  retries = 0
  /** Retries that the budget did not allow. */
  retriesRefused = 0
  reloads = 0
  reloadsFailed = 0

  /** A request or connection has ended after so many nanoseconds. */
  ended(ending: Ending, took: number): void {
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1)
    const inSeconds = toSeconds(took as Duration)
    this.#seconds += inSeconds
    this.#count++
    let place = 0
    while (place < bounds.length && inSeconds > (bounds[place] ?? 0)) place++
    this.#buckets[place] = (this.#buckets[place] ?? 0) + 1
  }

  /** How many have ended each way. */
  get endings(): ReadonlyMap<Ending, number> {
    return this.#endings
  }

  /** The histogram: how many took at most so long, each bound in turn, and all. */
  get durations(): {
    readonly upTo: readonly (readonly [bound: string, count: number])[]
    readonly sum: number
    readonly count: number
  } {
    let total = 0
    const upTo = bounds.map((bound, place) => [String(bound), (total += this.#buckets[place] ?? 0)] as const)
    return { upTo: [...upTo, ['+Inf', this.#count]], sum: this.#seconds, count: this.#count }
  }
}

/** The class of a status. */
export function endingOf(status: number): Ending {
  return status < 300 ? '2xx' : status < 400 ? '3xx' : status < 500 ? '4xx' : '5xx'
}
