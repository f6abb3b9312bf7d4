import { expect, test } from 'vitest'

import frameRequests from './frame-requests.ts'
import frameSlowPeers from './frame-slow-peers.ts'
import { plants } from './parts/frame-load.ts'
import { type Data, run } from '../sim/index.ts'

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

/** What is violated on the first of some seeds on which anything is. */
async function starved(name: string, value: Data): Promise<readonly string[]> {
  for (let seed = 1; seed <= 4; seed++) {
    const { violations } = await run(frameSlowPeers, {
      seed,
      set: new Map([[name, value]]),
      isChecked: false,
    })
    if (violations.length > 0) return violations.map(({ invariant }) => invariant)
  }
  return []
}

test('frames that are waited for without an end, or by a clock that somebody sets, starve others', async () => {
  expect(await starved('frameTimeoutMs', 3_600_000)).toContain('others are served beside slow peers')
  expect(await starved('usesWall', true)).toContain('others are served beside slow peers')
})
