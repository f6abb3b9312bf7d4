// One run of a job, reduced to what crosses threads; and a runner that makes runs in this very thread.

import type { Job, Task, TaskRunner } from './pool.ts'
import { Coverage } from './coverage.ts'
import { InputDigest } from './input-digest.ts'
import { type SeedResult, seedResult } from './seed-result.ts'
import { PlanError } from '../faults/index.ts'
import type { EventLog } from '../log/index.ts'
import { run, type RunOptions } from '../run.ts'
import { ScenarioError } from '../scenario-error.ts'
import type { Scenario } from '../scenario.ts'
import { VariationError } from '../variation.ts'

/** What every task of a job has in common, apart from where its scenario is. */
export type RunSettings = Omit<Job, 'scenarioUrl'>

/** What a run rejects with whose plan or variation does not fit the scenario. */
const impossible = [ScenarioError, PlanError, VariationError]

/** Makes the run of a task; null when it is a trial that turns out impossible. */
export async function runTask(scenario: Scenario, job: RunSettings, task: Task): Promise<SeedResult | null> {
  try {
    return await made(scenario, job, task)
  } catch (error) {
    if (task.isTrial === true && impossible.some((type) => error instanceof type)) return null
    throw error
  }
}

async function made(scenario: Scenario, job: RunSettings, task: Task): Promise<SeedResult> {
  const { set, isChecked, isSwarm = false } = job
  const { seed, variation = job.variation ?? {}, plan = job.plan } = task
  const planned = plan === null ? {} : { plan }
  const options: RunOptions = { seed, set, isChecked, variation, isSwarm, ...planned }
  if (task.hasDetails === true) return detailed(scenario, options)
  if (task.hasInputs === true) return withInputs(scenario, options)
  if (job.hasCoverage === true || job.hasFaultStates === true) return withFeatures(scenario, options, job)
  return seedResult(await run(scenario, options))
}

async function withFeatures(
  scenario: Scenario,
  options: RunOptions,
  { hasCoverage = false }: RunSettings,
): Promise<SeedResult> {
  const coverage = new Coverage()
  const onLog = (log: EventLog): void => {
    coverage.subscribe(log)
  }
  const result = await run(scenario, { ...options, onLog })
  return { ...seedResult(result), features: hasCoverage ? coverage.features(result) : coverage.faultStates() }
}

async function detailed(scenario: Scenario, options: RunOptions): Promise<SeedResult> {
  const late: string[] = []
  const result = await run(scenario, { ...options, onLate: (delivery) => void late.push(delivery) })
  return { ...seedResult(result), details: { calls: [...result.callsAsked], late } }
}

async function withInputs(scenario: Scenario, options: RunOptions): Promise<SeedResult> {
  const inputs = new InputDigest()
  const onLog = (log: EventLog): void => {
    inputs.subscribe(log)
  }
  return { ...seedResult(await run(scenario, { ...options, onLog })), inputs: inputs.value }
}

/** Makes runs one after the other in this thread: where a scenario is at hand and threads would have to find it. */
export function localRunner(scenario: Scenario, job: RunSettings): TaskRunner {
  return {
    run: (tasks) => runAll(scenario, job, tasks),
    close: async () => undefined,
  }
}

async function* runAll(
  scenario: Scenario,
  job: RunSettings,
  tasks: readonly Task[],
): AsyncGenerator<SeedResult> {
  for (const task of tasks) {
    const result = await runTask(scenario, job, task)
    if (result !== null) yield result
  }
}
