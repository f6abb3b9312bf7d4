// How long a scenario is in steps, for strategies that spread something over a whole run.

import type { Data } from '../data.ts'
import { run } from '../run.ts'
import type { Scenario } from '../scenario.ts'

/**
 * How many steps the run of seed 1 takes that departs in nothing from what its scenario says; at least 1. Always the same
 * seed, so that each seed of a sweep, whatever its range, shards and threads, is given the same number, and so is the run
 * of that seed by itself. Rejects as `run` does.
 */
export async function plainSteps(scenario: Scenario, set: ReadonlyMap<string, Data>): Promise<number> {
  const { steps } = await run(scenario, { seed: 1, set, goesOnAfterViolation: true })
  return Math.max(1, steps)
}
