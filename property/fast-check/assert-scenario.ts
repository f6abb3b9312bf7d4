// A scenario as a property: fast-check draws runs and shrinks what it drew of the one that fails; the shrinker then leaves
// out what fast-check does not know of (the end, machines, late deliveries), and calls beyond what it could. What is left is
// kept in the corpus, and replayed by the command without fast-check.

import { asyncProperty, check, type Parameters, type RunDetails } from 'fast-check'

import { FailureWatch, type WatchedFailure } from './failure-watch.ts'
import { choicesOf, type DrawnRun, runs, type RunsOptions } from './runs.ts'
import {
  keepAndTell,
  placeOf,
  type ScenarioPlace,
  shrinkWithin,
  type ShrunkFailure,
  unsteadyText,
} from '../failures/index.ts'
import { type NodeId, NotFailingError, run, type Scenario, type Strategy } from '../../sim/index.ts'

/** How to search, and what runs are drawn from. */
export interface AssertScenarioOptions
  extends
    RunsOptions,
    Pick<Parameters, 'numRuns' | 'seed' | 'path' | 'endOnFailure' | 'interruptAfterTimeLimit'> {
  /** The order of what is ready at the same instant, and of deliveries, in all runs. */
  readonly strategy?: Strategy
  /** Runs to begin with, such as one that failed before. */
  readonly examples?: readonly DrawnRun[]
  /** How long what fast-check has left is shrunk further at most (default 10). */
  readonly shrinkSeconds?: number
  /** Where the scenario is exported by default: a path or URL (default: the file in which it was made). */
  readonly file?: string
}

/** A run of a scenario that did not pass: the message is the report, of which the last line is the command. */
export class ScenarioFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ScenarioFailure'
  }
}

/**
 * Rejects with a ScenarioFailure when a drawn run of the scenario does not pass, after shrinking it. While that goes on,
 * only the same failure counts (invariant and message).
 */
export async function assertScenario(scenario: Scenario, options: AssertScenarioOptions = {}): Promise<void> {
  const { strategy, examples, shrinkSeconds, file, ...searching } = options
  const { numRuns, seed, path, endOnFailure, interruptAfterTimeLimit, ...rest } = searching
  const callsAsked = rest.callsAsked ?? (await callsAskedBy(scenario, rest))
  const watch = new FailureWatch(scenario)
  const property = asyncProperty(runs(scenario, { ...rest, callsAsked }), async (drawn) => {
    const choices = choicesOf(scenario, drawn, strategy)
    if (watch.isFailure(choices, await run(scenario, { ...choices, isChecked: false }))) throw new RunFailed()
  })
  const details = await check(property, {
    ...defined({ numRuns, seed, path, endOnFailure, interruptAfterTimeLimit }),
    ...(examples === undefined ? {} : { examples: examples.map((example): [DrawnRun] => [example]) }),
  })
  if (details.failed) throw await failureOf(scenario, { details, watch, file, shrinkSeconds })
}

/** What fast-check sees of a run that failed. */
class RunFailed extends Error {}

/** How many calls the clients ask for when nothing goes wrong. */
async function callsAskedBy(scenario: Scenario, { set }: RunsOptions): Promise<ReadonlyMap<NodeId, number>> {
  const drawn = { seed: 1, set: set !== undefined && !('generate' in set) ? set : {}, plan: [], calls: {} }
  const { callsAsked } = await run(scenario, { ...choicesOf(scenario, drawn), isChecked: false })
  return callsAsked
}

interface Found {
  readonly details: RunDetails<[DrawnRun]>
  readonly watch: FailureWatch
  readonly file: string | undefined
  readonly shrinkSeconds: number | undefined
}

async function failureOf(
  scenario: Scenario,
  { details, watch, file, shrinkSeconds }: Found,
): Promise<unknown> {
  const { seed, counterexamplePath, numRuns, errorInstance } = details
  // What no run is to blame for: a scenario that is wrong, or a time limit before the first run.
  const failure = errorInstance instanceof RunFailed ? watch.failure() : null
  if (failure === null)
    return errorInstance ?? new ScenarioFailure(`${scenario.title}: undecided after ${numRuns} runs`)
  const place = placeOf(scenario, file)
  const left = await leftOf(place, failure, shrinkSeconds)
  if (left === null) return new ScenarioFailure(unsteadyText(place, failure.left))
  const trials = watch.runsAfterFailure + left.shrunk.trials
  const told = await keepAndTell(place, { ...left, shrunk: { ...left.shrunk, trials } })
  const replay = JSON.stringify({ seed, path: counterexamplePath })
  const head = `${scenario.title}: failed after ${numRuns} runs, shrunk in ${trials}; fast-check: ${replay}`
  return new ScenarioFailure(`${head}\n\n${told.report}`)
}

/** What the shrinker leaves of what fast-check has left; null when that run passes as it is made again. */
async function leftOf(
  { scenario }: ScenarioPlace,
  { found, foundSize, left }: WatchedFailure,
  shrinkSeconds: number | undefined,
): Promise<ShrunkFailure | null> {
  try {
    const { shrunk, ...failure } = await shrinkWithin(scenario, left, shrinkSeconds)
    return { ...failure, found, shrunk: { ...shrunk, before: foundSize } }
  } catch (error) {
    if (error instanceof NotFailingError) return null
    throw error
  }
}

function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
