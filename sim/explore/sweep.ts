// A sweep: many seeds of one scenario, on one thread or several. What it reports depends on the seeds alone, not on how
// many threads ran them or in which order they finished.

import { type Job, type TaskRunner, withThreads } from './pool.ts'
import { type SeedRange, seedCount } from './seed-range.ts'
import type { SeedResult } from './seed-result.ts'
import type { Seed } from '../random.ts'

/** How to sweep. */
export interface SweepOptions {
  readonly seeds: SeedRange
  /** How many worker threads (default 1). */
  readonly jobs?: number
  /** Ends the sweep once so many seeds have failed; all seeds below the last of them are run (default: never). */
  readonly failuresMax?: number
  /** Called after each seed, in the order in which they finish. Returning false interrupts the sweep. */
  readonly onSeed?: (result: SeedResult, done: number) => boolean
}

/** What came of a sweep. */
export interface SweepResult {
  /** One for each seed that counts, in the order of the seeds. */
  readonly results: readonly SeedResult[]
  readonly failures: readonly SeedResult[]
  readonly isInterrupted: boolean
}

/** Whether a seed counts as a failure: whatever is not a pass. */
export function isFailure(result: SeedResult): boolean {
  return result.outcome.kind !== 'passed'
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

class SweepState {
  isInterrupted = false
  readonly #options: SweepOptions
  readonly #results = new Map<Seed, SeedResult>()
  #next: Seed
  #failed: Seed[] = []

  constructor(options: SweepOptions) {
    this.#options = options
    this.#next = options.seeds.first
  }

  /** The next seeds to run. Batches shrink towards the end, so that no thread is left with the last long one. */
  take(countMax: number): Seed[] {
    const last = this.#last()
    const left = Math.max(0, last - this.#next + 1)
    const count = this.isInterrupted ? 0 : Math.min(countMax, Math.ceil(left / 4))
    const batch = Array.from({ length: count }, (_, index) => this.#next + index)
    this.#next += count
    return batch
  }

  add(result: SeedResult): void {
    this.#results.set(result.seed, result)
    if (isFailure(result)) this.#failed = [...this.#failed, result.seed].sort((a, b) => a - b)
    if (this.#options.onSeed?.(result, this.#results.size) === false) this.isInterrupted = true
  }

  result(): SweepResult {
    const last = this.#last()
    const results = [...this.#results.values()]
      .filter(({ seed }) => seed <= last)
      .sort((a, b) => a.seed - b.seed)
    return { results, failures: results.filter(isFailure), isInterrupted: this.isInterrupted }
  }

  // The seed at which the sweep has found enough: a seed beyond it does not count even if it happened to be run.
  #last(): Seed {
    const { failuresMax, seeds } = this.#options
    return failuresMax === undefined ? seeds.last : (this.#failed[failuresMax - 1] ?? seeds.last)
  }
}
