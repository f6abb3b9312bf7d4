// Whether a kind of fault matters to programs, measured on a sample: seeds in which it fired are run once more as they
// were and once without the faults of that kind, and what programs were given is compared.

import type { Task, TaskRunner } from './pool.ts'
import type { SeedResult } from './seed-result.ts'
import { only } from './shrink/index.ts'
import type { FaultPlan } from '../faults/index.ts'
import type { Seed } from '../random.ts'

/** Of how many sampled runs a kind of fault changed what programs were given. */
export interface EffectSample {
  readonly kind: string
  readonly sampled: number
  readonly changed: number
}

/** What to sample from. */
export interface SampledRuns {
  readonly results: readonly SeedResult[]
  /** The plan of a seed. */
  readonly planOf: (seed: Seed) => FaultPlan
  /** How many seeds each kind of fault is measured on at most. */
  readonly seedsMax: number
  /** Ends it with what has been measured by then (default: never). */
  readonly isOver?: () => boolean
}

/**
 * Measures every kind of fault that fired, in the order of their names, on the first seeds in which it did, those in which
 * it had an effect of its own before the others; no more of them once it has changed something. What comes out does not
 * depend on the number of runners.
 */
export async function sampleEffects(
  runners: readonly TaskRunner[],
  { results, planOf, seedsMax, isOver = () => false }: SampledRuns,
): Promise<readonly EffectSample[]> {
  const seedsOfKind = candidateSeeds(results, seedsMax)
  const kinds = [...seedsOfKind.keys()].sort()
  const sums = new Map(kinds.map((kind) => [kind, { sampled: 0, changed: 0 }]))
  const whole = new Map<Seed, string | undefined>()
  for (let round = 0; round < seedsMax && !isOver(); round++) {
    const samples = kinds
      .filter((kind) => sums.get(kind)?.changed === 0)
      .flatMap((kind) =>
        (seedsOfKind.get(kind) ?? []).slice(round, round + 1).map((seed) => ({ kind, seed })),
      )
    const news = [...new Set(samples.map(({ seed }) => seed))].filter((seed) => !whole.has(seed))
    const tasks = [
      ...news.map((seed): Task => ({ seed, hasInputs: true })),
      ...samples.map(({ kind, seed }) => taskWithout(kind, seed, planOf(seed))),
    ]
    const inputs = await inputsOf(runners, tasks)
    for (const [place, seed] of news.entries()) whole.set(seed, inputs[place])
    for (const [place, { kind, seed }] of samples.entries())
      count(sums.get(kind), whole.get(seed), inputs[news.length + place])
  }
  return kinds.map((kind) => ({ kind, sampled: 0, changed: 0, ...sums.get(kind) }))
}

// What could not be run without the faults of a kind says nothing about them.
function count(
  sum: { sampled: number; changed: number } | undefined,
  before: string | undefined,
  after: string | undefined,
): void {
  if (sum === undefined || after === undefined) return
  sum.sampled++
  sum.changed += before === after ? 0 : 1
}

function candidateSeeds(
  results: readonly SeedResult[],
  seedsMax: number,
): ReadonlyMap<string, readonly Seed[]> {
  const fired = results.flatMap(({ seed, faults }) =>
    faults.filter(([, { begun }]) => begun > 0).map(([kind, { effective }]) => ({ kind, seed, effective })),
  )
  const seedsOf = (those: typeof fired, kind: string): readonly Seed[] =>
    those.filter((each) => each.kind === kind).map(({ seed }) => seed)
  const telling = fired.filter(({ effective }) => effective > 0)
  const others = fired.filter(({ effective }) => effective === 0)
  const kinds = new Set(fired.map(({ kind }) => kind))
  return new Map(
    [...kinds].map((kind) => [
      kind,
      [...seedsOf(telling, kind), ...seedsOf(others, kind)].slice(0, seedsMax),
    ]),
  )
}

// A plan without some of its faults may be one that cannot be run, such as an upgrade from a version that was never there.
function taskWithout(kind: string, seed: Seed, plan: FaultPlan): Task {
  return { seed, plan: plan.filter((fault) => fault.kind !== kind), hasInputs: true, isTrial: true }
}

async function inputsOf(
  runners: readonly TaskRunner[],
  tasks: readonly Task[],
): Promise<readonly (string | undefined)[]> {
  const inputs: (string | undefined)[] = tasks.map(() => undefined)
  const places = tasks.keys()
  const work = async (runner: TaskRunner): Promise<void> => {
    for (const place of places) {
      const task = tasks[place]
      if (task !== undefined) inputs[place] = (await only(runner.run([task])))?.inputs
    }
  }
  await Promise.all(runners.map(work))
  return inputs
}
