// Where a sweep stands: which seeds are still to be run, and which of those that were run count. What counts depends on
// the seeds alone, not on how many threads ran them or in which order they finished.

import { Plateau, type SweepCoverage } from './plateau.ts'
import { type SeedRange, seedAt, seedCount } from './seed-range.ts'
import type { SeedResult } from './seed-result.ts'
import type { SweepOptions, SweepResult } from './sweep.ts'
import type { Seed } from '../random.ts'

/** Whether a seed counts as a failure: whatever is not a pass. */
export function isFailure(result: SeedResult): boolean {
  return result.outcome.kind !== 'passed'
}

/** One sweep while it goes on. */
export class SweepState {
  isInterrupted = false
  readonly #options: SweepOptions
  readonly #results = new Map<Seed, SeedResult>()
  /** The place in the range of the next seed to be run. */
  #next = 0
  #failed: Seed[] = []
  readonly #plateau: Plateau | null

  constructor(options: SweepOptions) {
    this.#options = options
    this.#plateau = options.plateau === undefined ? null : new Plateau(options.plateau)
    for (const result of options.done ?? []) if (isIn(options.seeds, result.seed)) this.#keep(result)
  }

  /** The next seeds to run. Batches shrink towards the end, so that no thread is left with the last long one. */
  take(countMax: number): readonly Seed[] {
    const { seeds } = this.#options
    const end = seedCount({ ...seeds, last: this.#last() })
    const left = Math.max(0, end - this.#next)
    const count = this.isInterrupted ? 0 : Math.min(countMax, Math.ceil(left / 4))
    const batch: Seed[] = []
    while (batch.length < count && this.#next < end) {
      const seed = seedAt(seeds, this.#next++)
      if (!this.#results.has(seed)) batch.push(seed)
    }
    return batch
  }

  /** Takes in what came of a seed. */
  add(result: SeedResult): void {
    this.#keep(result)
    if (this.#options.onSeed?.(result, this.#results.size) === false) this.isInterrupted = true
  }

  /** What came of the sweep. */
  result(): SweepResult {
    const last = this.#last()
    const results = [...this.#results.values()]
      .filter(({ seed }) => seed <= last)
      .sort((a, b) => a.seed - b.seed)
    const failures = results.filter(isFailure)
    return { results, failures, isInterrupted: this.isInterrupted, ...this.#coverageOf(results) }
  }

  // Of the seeds that count: the sweep may have ended, by failures, before seeds that have reached more.
  #coverageOf(results: readonly SeedResult[]): { readonly coverage?: SweepCoverage } {
    const { plateau } = this.#options
    if (plateau === undefined) return {}
    const counted = new Plateau(plateau)
    for (const result of results) counted.take(result)
    return { coverage: counted.coverage }
  }

  #keep(result: SeedResult): void {
    this.#results.set(result.seed, result)
    if (isFailure(result)) this.#failed = [...this.#failed, result.seed].sort((a, b) => a - b)
    this.#growPlateau()
  }

  // In the order of the seeds, whichever finished first: as far as there is none missing.
  #growPlateau(): void {
    if (this.#plateau === null) return
    for (;;) {
      const result = this.#results.get(seedAt(this.#options.seeds, this.#plateau.taken))
      if (result === undefined) return
      this.#plateau.take(result)
    }
  }

  // The seed at which the sweep has found enough: a seed beyond it does not count even if it happened to be run.
  #last(): Seed {
    const { failuresMax, seeds } = this.#options
    const failed = failuresMax === undefined ? undefined : this.#failed[failuresMax - 1]
    return Math.min(failed ?? seeds.last, this.#plateau?.end ?? seeds.last)
  }
}

function isIn({ first, last, step = 1 }: SeedRange, seed: Seed): boolean {
  return seed >= first && seed <= last && (seed - first) % step === 0
}
