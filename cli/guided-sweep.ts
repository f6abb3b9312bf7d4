// A sweep that is guided by what its runs reach.

import type { FoundScenario } from './find-scenario.ts'
import type { SweepResult as SweepReport } from '../reports/index.ts'
import {
  guidedCampaign,
  type Job,
  type SeedRange,
  type SeedResult,
  type SweepResult,
  withThreads,
} from '../sim/index.ts'

/** How a guided sweep goes. */
export interface GuidedSweep {
  readonly found: FoundScenario
  readonly job: Job
  readonly seeds: SeedRange
  readonly jobs: number
  readonly plateau?: number | undefined
  readonly failuresMax?: number | undefined
  readonly onRun: (result: SeedResult, done: number) => boolean
}

/** Runs it: the result as that of any sweep, and what there is to say of its mutants. */
export async function guidedSweep({
  found,
  job,
  seeds,
  jobs,
  plateau,
  failuresMax,
  onRun,
}: GuidedSweep): Promise<{
  readonly result: SweepResult
  readonly guided: NonNullable<SweepReport['guided']>
}> {
  const options = {
    seeds,
    ...(plateau === undefined ? {} : { plateau }),
    ...(failuresMax === undefined ? {} : { failuresMax }),
    onRun,
  }
  const campaign = await withThreads({ ...job, hasCoverage: true }, jobs, (runners) =>
    guidedCampaign(found.scenario, job, runners, options),
  )
  const { results, failures, isInterrupted, ...guided } = campaign
  return { result: { results, failures, isInterrupted }, guided }
}
