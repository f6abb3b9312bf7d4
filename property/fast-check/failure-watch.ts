// Watches the runs of a property: from the first failure on only the same failure counts, so that shrinking cannot slip to
// another one; and what is left in the end is told apart from what was found.

import type { ShrunkFailure } from '../failures/index.ts'
import {
  type FailureSignature,
  type FailureSize,
  isSameFailure,
  type RunChoices,
  type RunResult,
  type SeedResult,
  seedResult,
  setUp,
  type Scenario,
  signatureOf,
} from '../../sim/index.ts'

interface FailedRun {
  readonly choices: RunChoices
  readonly result: SeedResult
  readonly size: FailureSize
  readonly signature: FailureSignature
}

/** The failures of one property. */
export class FailureWatch {
  /** How many runs there were since the first failure. */
  runsAfterFailure = 0
  readonly #scenario: Scenario
  #first: FailedRun | null = null
  #last: FailedRun | null = null

  constructor(scenario: Scenario) {
    this.#scenario = scenario
  }

  /** Whether a run failed, and in the same way as the first that did. */
  isFailure(choices: RunChoices, run: RunResult): boolean {
    if (this.#first !== null) this.runsAfterFailure++
    const result = seedResult(run)
    const signature = signatureOf(result)
    if (signature === null) return false
    if (this.#first !== null && !isSameFailure(this.#first.signature, signature)) return false
    this.#last = { choices, result, signature, size: this.#sizeOf(choices, run) }
    this.#first ??= this.#last
    return true
  }

  /** What is left of the first failure; null when there was none. */
  failure(): ShrunkFailure | null {
    const [first, last] = [this.#first, this.#last]
    if (first === null || last === null) return null
    const { seed, set = new Map() } = last.choices
    // Parameters shrink too, and a failure that is kept has only one set of them.
    const found = isSameSet(first, last) ? first : last
    const shrunk = {
      seed,
      signature: last.signature,
      candidate: inputsOf(last),
      result: last.result,
      before: found.size,
      after: last.size,
      trials: this.runsAfterFailure,
      isMinimal: true,
      others: [],
    }
    return { seed, set, found: inputsOf(found), shrunk }
  }

  #sizeOf(choices: RunChoices, { plan, operations, events }: RunResult): FailureSize {
    const nodes = setUp(this.#scenario, choices).prepared.nodes.length
    const { ok, fail, info } = operations
    return { faults: plan.length, operations: ok + fail + info, nodes, events }
  }
}

function isSameSet(a: FailedRun, b: FailedRun): boolean {
  const text = ({ choices }: FailedRun): string => JSON.stringify([...(choices.set ?? [])])
  return text(a) === text(b)
}

function inputsOf({ choices: { plan = [], variation = {} } }: FailedRun): ShrunkFailure['found'] {
  return { plan, variation }
}
