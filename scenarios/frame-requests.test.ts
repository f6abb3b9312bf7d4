import { expect, test } from 'vitest'

import frameRequests from './frame-requests.ts'
import { plants } from './parts/frame-load.ts'
import { run } from '../sim/index.ts'

/** The names of the invariants that a few seeds violate. */
async function violated(plant: string): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const seed of [1, 2, 3, 4]) {
    const { violations } = await run(frameRequests, {
      seed,
      set: new Map([['plant', plant]]),
      isChecked: false,
    })
    for (const { invariant } of violations) names.add(invariant)
  }
  return [...names]
}

test('each planted bug violates its invariant, and nothing does without one', async () => {
  const found = await Promise.all(plants.map(async (plant) => [plant, await violated(plant)]))
  expect(found).toEqual([
    ['none', []],
    ['overtaking-answers', ['answers belong to their requests']],
    ['sent-called-unsent', ['what was not sent is not served']],
  ])
})
