// Forks: a run is continued from an event on with fresh randomness, by making its beginning again.

import type { TaskRunner, Task } from './pool.ts'
import type { SeedResult } from './seed-result.ts'
import type { Candidate } from './shrink/index.ts'
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
