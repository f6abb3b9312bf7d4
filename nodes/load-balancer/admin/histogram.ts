// How long things took: how many of them at most so long, as Prometheus counts.

import { type Duration, toSeconds } from '../../../sim/index.ts'

/** The upper bounds, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

/** A histogram of durations. */
export class Histogram {
  readonly #buckets = new Float64Array(bounds.length + 1)
  #seconds = 0
  #count = 0

  /** Something took so many nanoseconds. */
  add(took: number): void {
    const inSeconds = toSeconds(took as Duration)
    this.#seconds += inSeconds
    this.#count++
    let place = 0
    while (place < bounds.length && inSeconds > (bounds[place] ?? 0)) place++
    this.#buckets[place] = (this.#buckets[place] ?? 0) + 1
  }

  /** How many took at most so long, each bound in turn, and all. */
  get upTo(): readonly (readonly [bound: string, count: number])[] {
    let total = 0
    const upTo = bounds.map((bound, place) => [String(bound), (total += this.#buckets[place] ?? 0)] as const)
    return [...upTo, ['+Inf', this.#count]]
  }

  /** All of them together, in seconds. */
  get sum(): number {
    return this.#seconds
  }

  get count(): number {
    return this.#count
  }
}
