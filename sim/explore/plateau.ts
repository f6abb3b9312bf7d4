// How the coverage of a sweep grows, seed by seed in their order: when the last new feature came, and whether nothing new
// came for so long that it is enough.

import { bothUnreached, type Unreached, unreachedSize } from './branches/index.ts'
import { countsAsNew } from './coverage.ts'
import type { SeedResult } from './seed-result.ts'
import type { Seed } from '../random.ts'

/** What a sweep has reached. */
export interface SweepCoverage {
  readonly features: number
  /** The seed that reached something new last; null when none did. */
  readonly lastNew: Seed | null
  /** Whether the sweep ended because nothing new came for as many seeds as were asked for. */
  readonly isPlateau: boolean
}

/** Takes seeds in their order. */
export class Plateau {
  /** How many seeds were taken. */
  taken = 0
  /** The seed with which nothing new had come for `length` seeds; null until then. */
  end: Seed | null = null
  readonly #length: number
  readonly #features = new Set<string>()
  #unreached: Unreached | null = null
  #lastNew: Seed | null = null
  #stale = 0

  /** `length`: how many seeds without anything new are enough (default: however many, it goes on). */
  constructor(length: number = Infinity) {
    this.#length = length
  }

  /** Takes in the next seed; whether it reached anything new. What comes after the end makes no difference. */
  take({ seed, features = [], unreached }: SeedResult): boolean {
    this.taken++
    if (this.end !== null) return false
    const before = this.#features.size
    for (const feature of features) if (countsAsNew(feature)) this.#features.add(feature)
    const cameFurther = unreached !== undefined && this.#comesFurther(unreached)
    const isNew = cameFurther || this.#features.size > before
    if (isNew) this.#lastNew = seed
    this.#stale = isNew ? 0 : this.#stale + 1
    if (this.#stale >= this.#length) this.end = seed
    return isNew
  }

  // Whether a part of the programs is reached that no seed before has come to.
  #comesFurther(unreached: Unreached): boolean {
    const before = this.#unreached
    this.#unreached = before === null ? unreached : bothUnreached(before, unreached)
    return before === null || unreachedSize(this.#unreached) < unreachedSize(before)
  }

  /** What the seeds so far have reached. */
  get coverage(): SweepCoverage {
    return { features: this.#features.size, lastNew: this.#lastNew, isPlateau: this.end !== null }
  }
}
