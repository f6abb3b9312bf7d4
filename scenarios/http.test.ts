// The invariants of the HTTP scenarios fire where what they look for is planted.

import { expect, test } from 'vitest'

import httpClockSteps from './http-clock-steps.ts'
import httpRetries from './http-retries.ts'
import httpSlowPeers from './http-slow-peers.ts'
import { type Data, run, type Scenario } from '../sim/index.ts'

/** What is violated on the first of a few seeds on which anything is. */
async function violated(scenario: Scenario, set: Readonly<Record<string, Data>>): Promise<readonly string[]> {
  for (let seed = 1; seed <= 8; seed++) {
    const { violations } = await run(scenario, { seed, set: new Map(Object.entries(set)) })
    if (violations.length > 0) return violations.map(({ invariant }) => invariant)
  }
  return []
}

test('a server that mixes up its answers is found', async () => {
  expect(await violated(httpRetries, { isMixedUp: true })).toEqual(['every answer belongs to its request'])
})

test('a client that repeats what is not idempotent is found', async () => {
  expect(await violated(httpRetries, { repeatsPosts: true })).toEqual(['no POST is carried out twice'])
})

test('a server that waits for heads for ever is found', async () => {
  expect(await violated(httpSlowPeers, { headerTimeoutMs: 3_600_000 })).toEqual([
    'others are served beside slow peers',
  ])
})

test('waits by a clock that somebody sets lose requests', async () => {
  expect(await violated(httpClockSteps, { usesWall: true })).toEqual([
    'every request is answered, whatever the clocks say',
  ])
})
