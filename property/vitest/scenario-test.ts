// What a scenario test does: runs the seeds in this process, shrinks the first failure within a budget of time, keeps it,
// and fails with its report.

import { type Seeds, seedList } from './seed-list.ts'
import {
  keepAndTell,
  placeOf,
  type ScenarioPlace,
  shrinkWithin,
  type ToldFailure,
  unsteadyText,
} from '../failures/index.ts'
import {
  type Data,
  NotFailingError,
  run,
  type RunChoices,
  type RunResult,
  type Scenario,
  type Seed,
} from '../../sim/index.ts'

/** How a scenario is tested. */
export interface ScenarioTestOptions {
  /** How many seeds, from 1 on; or a range, also as text (`"1..200"`). */
  readonly seeds: Seeds
  /** Parameters set from outside; the others are as declared or drawn. */
  readonly set?: { readonly [parameter: string]: Data }
  /** Lets each seed draw which faults, operations and settings are on (default false). */
  readonly swarm?: boolean
  /** Seeds that failed once: run before all others. */
  readonly regressions?: readonly Seed[]
  /** How long a failure is shrunk at most (default 10). */
  readonly shrinkSeconds?: number
  /** Where the scenario is exported by default: a path or URL (default: the file in which it was made). */
  readonly file?: string
  /** After how many milliseconds vitest gives the test up (default 120,000). */
  readonly timeout?: number
}

/** The first failure of the seeds, shrunk, kept and told; null when all pass. */
export async function firstFailure(
  scenario: Scenario,
  options: ScenarioTestOptions,
): Promise<ToldFailure | { readonly report: string } | null> {
  const { seeds, regressions, swarm = false } = options
  const set = new Map(Object.entries(options.set ?? {}))
  for (const seed of seedList(seeds, regressions)) {
    const choices: RunChoices = { seed, set, isSwarm: swarm }
    const result = await run(scenario, { ...choices, isChecked: false })
    if (result.outcome.kind === 'passed') continue
    return failureOf(placeOf(scenario, options.file), { choices, result, options })
  }
  return null
}

interface Failed {
  readonly choices: RunChoices
  readonly result: RunResult
  readonly options: ScenarioTestOptions
}

async function failureOf(
  place: ScenarioPlace,
  failed: Failed,
): Promise<ToldFailure | { readonly report: string }> {
  const { choices, options } = failed
  try {
    const told = await keepAndTell(place, await shrinkWithin(place.scenario, choices, options.shrinkSeconds))
    return { ...told, report: `${headText(failed)}\n\n${told.report}` }
  } catch (error) {
    if (error instanceof NotFailingError) return { report: unsteadyText(place, choices) }
    throw error
  }
}

function headText({ result: { seed }, options: { regressions = [] } }: Failed): string {
  return regressions.includes(seed)
    ? `seed ${seed}, a regression, failed`
    : `seed ${seed} failed; to run it first from now on: regressions: [${[...regressions, seed].join(', ')}]`
}
