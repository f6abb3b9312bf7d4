// Watches the runs of a property: from the first failure on only the same failure counts, so that shrinking cannot slip to
// another one; and what is left in the end is told apart from what was found.

import {
  type Candidate,
  type FailureSignature,
  type FailureSize,
  isSameFailure,
  type RunChoices,
  type RunResult,
  seedResult,
  setUp,
  type Scenario,
  signatureOf,
} from '../../sim/index.ts'

interface FailedRun {
  readonly choices: RunChoices
  readonly size: FailureSize
  readonly signature: FailureSignature
}

/** What was found, and what fast-check has left of it. */
export interface WatchedFailure {
  readonly found: Candidate
  readonly foundSize: FailureSize
  /** The run that is left. */
  readonly left: RunChoices
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
    const signature = signatureOf(seedResult(run))
    if (signature === null) return false
    if (this.#first !== null && !isSameFailure(this.#first.signature, signature)) return false
    this.#last = { choices, signature, size: this.#sizeOf(choices, run) }
    this.#first ??= this.#last
    return true
  }

  /** The first failure and what is left of it; null when there was none. */
  failure(): WatchedFailure | null {
    const [first, last] = [this.#first, this.#last]
    if (first === null || last === null) return null
    // Parameters shrink too, and a failure that is kept has only one set of them.
    const found = isSameSet(first, last) ? first : last
    return { found: inputsOf(found), foundSize: found.size, left: last.choices }
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

function inputsOf({ choices: { plan = [], variation = {} } }: FailedRun): Candidate {
  return { plan, variation }
}
