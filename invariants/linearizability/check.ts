// The verdict on a history: each object is searched by itself, the smallest first.

import type { Data } from '../../sim/index.ts'
import type { Model } from './models/index.ts'
import { costOf } from './allowance.ts'
import type { Operation } from './operation.ts'
import { judgeObject } from './judge-object.ts'
import { partitionsOf, type FailPolicy } from './partition.ts'
import type { SearchLimits } from './search/index.ts'
import { findWindow, type Window } from './window.ts'

/** How to judge, and within which bounds. Without a clock the answer depends on the history alone. */
export interface CheckOptions {
  readonly model: Model
  /** What failed operations mean, by default what the model says. */
  readonly fail?: FailPolicy
  /** Most steps (transitions tried) over all objects; by default 100 million, some ten seconds. */
  readonly stepsMax?: number
  /** Most configurations remembered for one object; by default 2 million, some 200 MB. */
  readonly entriesMax?: number
  /** A clock in milliseconds and the most that the check may take by it. */
  readonly clock?: () => number
  readonly msMax?: number
}

/** What a history was found to be. `unknown` is never success: a bound was reached. */
export type Verdict =
  | { readonly kind: 'linearizable'; readonly operationCount: number; readonly steps: number }
  | {
      readonly kind: 'not-linearizable'
      readonly operationCount: number
      readonly steps: number
      /** The smallest window of operations that cannot be ordered; costs a few times what finding the violation did. */
      readonly explain: () => Window
    }
  | {
      readonly kind: 'unknown'
      readonly operationCount: number
      readonly steps: number
      /** Which bound was reached. */
      readonly reason: string
      /** The key whose operations could not be judged. */
      readonly key: Data
    }

/** Bounds of the check in force for one search. */
const STEPS_MAX = 100_000_000
const ENTRIES_MAX = 2_000_000
/** What an explanation may cost: so many times what judging did, and steps (half a second) in any case. */
const EXPLAINING_RATIO = 3
const EXPLAINING_FREE = 4_000_000

/**
 * Judges a history. Throws a HistoryError for an operation that the model does not know. An object that is not
 * linearizable decides, even where another one could not be judged.
 */
export function checkLinearizable(operations: readonly Operation[], options: CheckOptions): Verdict {
  const budget = new Budget(options)
  const operationCount = operations.length
  let unknown: Verdict | undefined
  for (const partition of partitionsOf(operations, options.model, options.fail)) {
    const result = judgeObject(partition.operations, options.model, budget.limits())
    budget.spend(result.steps)
    const { steps } = budget
    if (result.kind === 'none') {
      const limits = budget.limitsOfWindow(costOf(partition.operations.length, result.steps))
      const explain = (): Window => findWindow(partition, options.model, limits)
      return { kind: 'not-linearizable', operationCount, steps, explain }
    }
    if (result.kind === 'unknown')
      unknown ??= { kind: 'unknown', operationCount, steps, reason: result.reason, key: partition.key }
  }
  return unknown ?? { kind: 'linearizable', operationCount, steps: budget.steps }
}

/** What is left of the bounds. */
class Budget {
  readonly #options: CheckOptions
  readonly #deadline: number
  steps = 0

  constructor(options: CheckOptions) {
    this.#options = options
    this.#deadline = options.clock === undefined ? Infinity : options.clock() + (options.msMax ?? Infinity)
  }

  spend(steps: number): void {
    this.steps += steps
  }

  limits(): SearchLimits {
    const stepsMax = (this.#options.stepsMax ?? STEPS_MAX) - this.steps
    return { ...this.#bounds(), stepsMax: Math.max(0, stepsMax) }
  }

  /** Explaining a violation may cost a few times what finding it did, in all, whatever is left. */
  limitsOfWindow(cost: number): SearchLimits {
    return { ...this.#bounds(), stepsMax: cost * EXPLAINING_RATIO + EXPLAINING_FREE }
  }

  #bounds(): Pick<SearchLimits, 'entriesMax' | 'isOverdue'> {
    const { clock, entriesMax = ENTRIES_MAX } = this.#options
    if (clock === undefined) return { entriesMax }
    return { entriesMax, isOverdue: () => clock() >= this.#deadline }
  }
}
