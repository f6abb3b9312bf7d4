// What a scenario test does: runs the seeds in this process, shrinks the first failure within a budget of time, keeps it,
// and fails with its report.

import { type Seeds, seedList } from './seed-list.ts'
import {
  keepAndTell,
  placeOf,
  type ScenarioPlace,
  type ShrunkFailure,
  type ToldFailure,
} from '../failures/index.ts'
import { runLine } from '../../cli/index.ts'
import {
  type Data,
  localRunner,
  NotFailingError,
  run,
  type RunChoices,
  type RunResult,
  type RunSettings,
  type Scenario,
  type Seed,
  shrinkStart,
  shrinkWith,
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

const shrinkSecondsDefault = 10

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
  try {
    const told = await keepAndTell(place, await shrunk(place.scenario, failed))
    return { ...told, report: `${headText(failed)}\n\n${told.report}` }
  } catch (error) {
    if (error instanceof NotFailingError) return { report: unsteadyText(place, failed) }
    throw error
  }
}

function headText({ result: { seed }, options: { regressions = [] } }: Failed): string {
  return regressions.includes(seed)
    ? `seed ${seed}, a regression, failed`
    : `seed ${seed} failed; to run it first from now on: regressions: [${[...regressions, seed].join(', ')}]`
}

async function shrunk(scenario: Scenario, { choices, options }: Failed): Promise<ShrunkFailure> {
  const { seed, set = new Map<string, Data>() } = choices
  const start = shrinkStart(scenario, choices)
  const deadline = performance.now() + (options.shrinkSeconds ?? shrinkSecondsDefault) * 1000
  const settings: RunSettings = { set, plan: null, isChecked: false }
  const result = await shrinkWith([localRunner(scenario, settings)], start, {
    isOver: () => performance.now() > deadline,
  })
  return { seed, set, found: { plan: start.plan, variation: start.variation }, shrunk: result }
}

function unsteadyText({ name, scenario }: ScenarioPlace, { choices, options }: Failed): string {
  const { seed, set = new Map<string, Data>() } = choices
  const variation = options.swarm === true ? { swarm: true as const } : {}
  return [
    `not deterministic: seed ${seed} of "${scenario.title}" failed, and passed when it was made again`,
    '',
    '  run it twice and compare with:',
    `    ${runLine({ scenario: name, seed, set, variation })} --verify`,
  ].join('\n')
}
