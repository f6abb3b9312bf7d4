// A sweep: many seeds of one scenario, on one thread or several. What it reports depends on the seeds alone, not on how
// many threads ran them or in which order they finished.

import { type Job, type TaskRunner, withThreads } from './pool.ts'
import type { SweepCoverage } from './plateau.ts'
import { type SeedRange, seedCount } from './seed-range.ts'
import type { SeedResult } from './seed-result.ts'
import { SweepState } from './sweep-state.ts'

/** How to sweep. */
export interface SweepOptions {
  readonly seeds: SeedRange
  /** How many worker threads (default 1). */
  readonly jobs?: number
  /** Ends the sweep once so many seeds have failed; all seeds below the last of them are run (default: never). */
  readonly failuresMax?: number
  /** Ends the sweep once so many seeds in their order have reached nothing new (default: never); for jobs with coverage. */
  readonly plateau?: number
  /** Results of seeds that are not run again: what an interrupted sweep had. */
  readonly done?: readonly SeedResult[]
  /** Called after each seed that is run, in the order in which they finish. Returning false interrupts the sweep. */
  readonly onSeed?: (result: SeedResult, done: number) => boolean
}

/** What came of a sweep. */
export interface SweepResult {
  /** One for each seed that counts, in the order of the seeds. */
  readonly results: readonly SeedResult[]
  readonly failures: readonly SeedResult[]
  readonly isInterrupted: boolean
  /** What its seeds have reached; only where a plateau was asked for. */
  readonly coverage?: SweepCoverage
}

/** Runs every seed of the range. Rejects with a SeedError when there is no verdict on one, or with a bug of ours. */
export async function sweep(job: Job, options: SweepOptions): Promise<SweepResult> {
  const jobs = Math.max(1, Math.min(options.jobs ?? 1, seedCount(options.seeds)))
  const state = new SweepState(options)
  await withThreads(job, jobs, (runners) => Promise.all(runners.map((runner) => work(runner, state))))
  return state.result()
}

const batchMax = 16

async function work(runner: TaskRunner, state: SweepState): Promise<void> {
  for (;;) {
    const batch = state.take(batchMax)
    if (batch.length === 0) return
    for await (const result of runner.run(batch.map((seed) => ({ seed })))) {
      state.add(result)
      if (state.isInterrupted) return
    }
  }
}
