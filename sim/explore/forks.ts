// Forks: a run is continued from an event on with fresh randomness, by making its beginning again. How likely the failure
// still is from each point on shows where it became inevitable.

import type { TaskRunner, Task } from './pool.ts'
import type { SeedResult } from './seed-result.ts'
import type { Candidate, FailureSignature } from './shrink/index.ts'
import { isSameFailure, signatureOf } from './shrink/index.ts'
import type { Seed } from '../random.ts'

/** A run to fork. */
export interface ForkedRun extends Candidate {
  readonly seed: Seed
}

/** The results of continuations 1 to `count` of a run from the step of an event on, in their order. */
export async function forks(
  runners: readonly TaskRunner[],
  base: ForkedRun,
  { at, count }: { readonly at: number; readonly count: number },
): Promise<readonly SeedResult[]> {
  const tasks = Array.from({ length: count }, (_, place) => forkTask(base, at, place + 1))
  const lanes = runners.map((runner, lane) =>
    collect(
      runner,
      tasks.filter((_, place) => place % runners.length === lane),
    ),
  )
  const results = await Promise.all(lanes)
  return tasks.map((_, place) => {
    const result = results[place % runners.length]?.[Math.floor(place / runners.length)]
    if (result === undefined) throw new Error(`no result of continuation ${place + 1}`)
    return result
  })
}

/** The variation of a continuation. */
export function forkTask({ seed, plan, variation }: ForkedRun, at: number, number: number): Task {
  return { seed, plan, variation: { ...variation, fork: { at, number } } }
}

async function collect(runner: TaskRunner, tasks: readonly Task[]): Promise<readonly SeedResult[]> {
  const results: SeedResult[] = []
  for await (const result of runner.run(tasks)) results.push(result)
  return results
}

/** How often a failure came about again from a point on. */
export interface ForkPoint {
  readonly at: number
  readonly runs: number
  readonly failures: number
}

/** The points of a run, and how likely its failure is from each. */
export async function failureCurve(
  runners: readonly TaskRunner[],
  base: ForkedRun,
  {
    signature,
    points,
    runs,
  }: { readonly signature: FailureSignature; readonly points: readonly number[]; readonly runs: number },
): Promise<readonly ForkPoint[]> {
  const curve: ForkPoint[] = []
  for (const at of points) {
    const results = await forks(runners, base, { at, count: runs })
    const failures = results.filter((result) => isSameFailure(signature, signatureOf(result))).length
    curve.push({ at, runs, failures })
  }
  return curve
}

/** The neighbouring points between which the failure becomes most likelier; null when it never does. */
export function jumpOf(
  curve: readonly ForkPoint[],
): { readonly from: ForkPoint; readonly to: ForkPoint } | null {
  let best: { readonly from: ForkPoint; readonly to: ForkPoint } | null = null
  for (const [place, to] of curve.entries()) {
    const from = curve[place - 1]
    if (from === undefined) continue
    const rise = share(to) - share(from)
    if (rise > 0 && (best === null || rise > share(best.to) - share(best.from))) best = { from, to }
  }
  return best
}

function share({ failures, runs }: ForkPoint): number {
  return failures / runs
}
