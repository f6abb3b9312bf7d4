// The nearest passing run: the failing one less a single fault, late delivery or call. What the two have in common cannot
// be the cause.

import { only } from './shrink/index.ts'
import type { TaskRunner } from './pool.ts'
import type { Candidate } from './shrink/index.ts'
import type { ForkedRun } from './forks.ts'

/** A run that differs in one element and in which nothing is wrong. */
export interface NearestPass {
  readonly candidate: Candidate
  /** What it lacks, for people. */
  readonly lacks: string
}

const triesMax = 60

/** Looks for the nearest run in which nothing is wrong, among those that lack a late delivery first; null when none of them passes. */
export async function nearestPass(runner: TaskRunner, base: ForkedRun): Promise<NearestPass | null> {
  for (const near of neighbours(base).slice(0, triesMax)) {
    const { seed } = base
    const result = await only(runner.run([{ seed, isTrial: true, ...near.candidate }]))
    // A shrunk run ends so soon that some invariants cannot be judged any more: nothing wrong is what counts.
    const kind = result?.outcome.kind
    if (kind === 'passed' || kind === 'undecided') return near
  }
  return null
}

function neighbours({ plan, variation }: Candidate): readonly NearestPass[] {
  const { late = [], calls = {} } = variation
  const withoutLate = late.map((delivery) => ({
    candidate: { plan, variation: { ...variation, late: late.filter((other) => other !== delivery) } },
    lacks: `the delivery ${delivery} being late`,
  }))
  const withoutFault = plan.map((fault, place) => ({
    candidate: { plan: plan.filter((_, other) => other !== place), variation },
    lacks: `fault #${place} (${fault.kind})`,
  }))
  const withoutCall = Object.entries(calls).flatMap(([node, places]) =>
    places.map((place) => ({
      candidate: {
        plan,
        variation: { ...variation, calls: { ...calls, [node]: places.filter((other) => other !== place) } },
      },
      lacks: `call ${place} of ${node}`,
    })),
  )
  return [...withoutLate, ...withoutFault, ...withoutCall]
}
