// Trying candidates: in digest mode, on all threads at once, each candidate once. Which one is taken does not depend on the
// number of threads: it is the first in the order of preference.

import type { Task, TaskRunner } from '../pool.ts'
import type { SeedResult } from '../seed-result.ts'
import { type FailureSignature, isSameFailure, signatureOf } from './failure-signature.ts'
import type { Fault } from '../../faults/index.ts'
import type { Seed } from '../../random.ts'
import type { Variation } from '../../variation.ts'

/** A run that may still fail. */
export interface Candidate {
  readonly plan: readonly Fault[]
  readonly variation: Variation
}

/** Another failure that was met on the way. */
export interface OtherFailure {
  readonly signature: FailureSignature
  readonly candidate: Candidate
}

/** What bounds a search for a smaller failure. */
export interface TrialBounds {
  /** Answers no to everything from then on. */
  readonly isOver: () => boolean
  /** Called after each trial. */
  readonly onTrial?: (trials: number) => void
}

const othersMax = 10

/** The result of a single task; null when it was impossible. */
export async function only(results: AsyncIterable<SeedResult>): Promise<SeedResult | null> {
  const all: SeedResult[] = []
  for await (const result of results) all.push(result)
  return all[0] ?? null
}

/** Tries candidates of one seed. */
export class Trials {
  /** How many candidates were judged. */
  count = 0
  /** Failures of another kind, the first of each. */
  readonly others: OtherFailure[] = []
  readonly #seed: Seed
  readonly #signature: FailureSignature
  readonly #runners: readonly TaskRunner[]
  readonly #bounds: TrialBounds
  readonly #known = new Map<string, SeedResult | null>()

  constructor(
    failure: { readonly seed: Seed; readonly signature: FailureSignature },
    runners: readonly TaskRunner[],
    bounds: TrialBounds,
  ) {
    this.#seed = failure.seed
    this.#signature = failure.signature
    this.#runners = runners
    this.#bounds = bounds
  }

  /** The first candidate that fails in the same way and is fit, with its result; null when none does. */
  async first(
    candidates: readonly Candidate[],
    isFit: (result: SeedResult) => boolean = () => true,
  ): Promise<{ readonly place: number; readonly result: SeedResult } | null> {
    const width = this.#runners.length
    for (let start = 0; start < candidates.length; start += width) {
      if (this.#bounds.isOver()) return null
      const batch = candidates.slice(start, start + width)
      const results = await Promise.all(batch.map((candidate, lane) => this.#result(candidate, lane)))
      for (const [lane, result] of results.entries()) {
        this.count++
        this.#bounds.onTrial?.(this.count)
        if (result === null) continue
        if (isSameFailure(this.#signature, signatureOf(result)) && isFit(result))
          return { place: start + lane, result }
        this.#keepOther(batch[lane], result)
      }
    }
    return null
  }

  async #result(candidate: Candidate, lane: number): Promise<SeedResult | null> {
    const key = JSON.stringify(candidate)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const task: Task = { seed: this.#seed, isTrial: true, ...candidate }
    const runner = this.#runners[lane]
    if (runner === undefined) throw new RangeError(`no thread ${lane}`)
    const result = await only(runner.run([task]))
    this.#known.set(key, result)
    return result
  }

  #keepOther(candidate: Candidate | undefined, result: SeedResult): void {
    const signature = signatureOf(result)
    if (signature === null || candidate === undefined || this.others.length >= othersMax) return
    if (!this.others.some((other) => isSameFailure(other.signature, signature)))
      this.others.push({ signature, candidate })
  }
}
