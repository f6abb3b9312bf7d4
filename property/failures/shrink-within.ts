// Shrinks the failure of a property test within a bound of time, in this process: where the scenario is at hand, threads
// would have to find it.

import type { ShrunkFailure } from './kept-failure.ts'
import {
  type Data,
  localRunner,
  type RunChoices,
  type RunSettings,
  type Scenario,
  shrinkStart,
  shrinkWith,
} from '../../sim/index.ts'

const secondsDefault = 10

/**
 * Shrinks the failing run for so long at most (default 10 s); what is left is minimal only where the result says so.
 * Rejects with a NotFailingError when the run passes as it is made again.
 */
export async function shrinkWithin(
  scenario: Scenario,
  choices: RunChoices,
  seconds: number = secondsDefault,
): Promise<ShrunkFailure> {
  const { seed, set = new Map<string, Data>() } = choices
  const start = shrinkStart(scenario, choices)
  const deadline = performance.now() + seconds * 1000
  const settings: RunSettings = { set, plan: null, isChecked: false }
  const shrunk = await shrinkWith([localRunner(scenario, settings)], start, {
    isOver: () => performance.now() > deadline,
  })
  return { seed, set, found: { plan: start.plan, variation: start.variation }, shrunk }
}
