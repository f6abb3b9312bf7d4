// Replicas of one log that do not hold the same are told.

import { expect, test } from 'vitest'

import { sameStateAtSameIndex } from './same-state.ts'
import { ms, node, run, scenario } from '../../sim/index.ts'

/** What is said of replicas that publish what they hold, each at its indexes. */
async function verdict(
  held: readonly (readonly (readonly [index: number, digest: number])[])[],
): Promise<readonly string[]> {
  const { violations } = await run(
    scenario({
      title: 'replicas publish what they hold',
      nodes: () =>
        held.map((states, place) =>
          node(`redis-${place + 1}`, (env) => {
            for (const [index, digest] of states) env.probe('redis.state', { index, digest })
          }),
        ),
      invariants: [sameStateAtSameIndex],
      duration: ms(10),
    }),
    { seed: 1, isChecked: false },
  )
  return violations.map(({ message }) => message)
}

test('replicas may be at different indexes, and hold the same at each', async () => {
  const both = [
    [1, 7],
    [2, 9],
  ] as const
  expect(await verdict([both, [[1, 7]]])).toEqual([])
  const [told] = await verdict([both, [[2, 8]]])
  expect(told).toContain('redis-2 holds something else at index 2 than redis-1')
})
