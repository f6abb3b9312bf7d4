import type { SearchLimits, SearchResult } from './search/index.ts'

/** What preparing one operation for a search (model, facts, layout) costs, in steps of a search. */
const STEPS_OF_OPERATION = 30

/** The cost of judging operations, in steps: those of the search, and what came before it. */
export function costOf(operationCount: number, steps: number): number {
  return steps + operationCount * STEPS_OF_OPERATION
}

/** Steps to be shared by several searches, so that their total is bounded however many they are. */
export class Allowance {
  readonly #limits: SearchLimits
  #left: number
  readonly #whole: Allowance | undefined

  /** `limits.stepsMax` is what all searches may take together; `whole` is what this one is a part of. */
  constructor(limits: SearchLimits, whole?: Allowance) {
    this.#limits = limits
    this.#left = limits.stepsMax
    this.#whole = whole
  }

  /** Whether nothing is left, so that every further search would be unknown. */
  get isSpent(): boolean {
    return this.#left <= 0
  }

  /** An allowance of its own out of this one: a part of what is left, which both lose. */
  share(ratio: number): Allowance {
    return new Allowance({ ...this.#limits, stepsMax: Math.floor(this.#left * ratio) }, this)
  }

  /** Runs a search of so many operations within what is left, and within `stepsMax`; takes what it cost. */
  search(
    operationCount: number,
    run: (limits: SearchLimits) => SearchResult,
    stepsMax: number = Infinity,
  ): SearchResult {
    if (this.isSpent) return { kind: 'unknown', steps: 0, reason: 'the steps of an explanation' }
    const result = run({ ...this.#limits, stepsMax: Math.min(stepsMax, this.#left) })
    this.#take(costOf(operationCount, result.steps))
    return result
  }

  #take(steps: number): void {
    this.#left -= steps
    if (this.#whole !== undefined) this.#whole.#take(steps)
  }
}
