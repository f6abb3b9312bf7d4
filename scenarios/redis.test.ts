// What replication promises: a failover loses acknowledged writes, a Raft log does not, and bugs planted in it are found.

import { describe, expect, test } from 'vitest'

import { acknowledgedAddsSurvive } from './parts/redis-writers.ts'
import redisFailover from './redis-failover.ts'
import redisRaft from './redis-raft.ts'
import { type Data, run, type Scenario } from '../sim/index.ts'

const limit = 120_000

/** Which invariants are violated on some seeds, seed by seed. */
async function violated(
  scenario: Scenario,
  seeds: readonly number[],
  set: Readonly<Record<string, Data>> = {},
): Promise<readonly string[]> {
  const found: string[] = []
  for (const seed of seeds) {
    const options = { seed, set: new Map(Object.entries(set)), isChecked: false }
    const { violations } = await run({ ...scenario, expectViolation: undefined }, options)
    found.push(violations.map(({ invariant }) => invariant).join(', '))
  }
  return found
}

describe('redis-failover', () => {
  test('loses acknowledged writes on every seed, and breaks nothing else', { timeout: limit }, async () => {
    const { name } = acknowledgedAddsSurvive
    expect(await violated(redisFailover, [2, 3, 4, 5])).toEqual([name, name, name, name])
  })
})

describe('redis-raft', () => {
  test('loses nothing', { timeout: limit }, async () => {
    expect(await violated(redisRaft, [2, 3, 4])).toEqual(['', '', ''])
  })

  test('loses what is answered before it is committed', { timeout: limit }, async () => {
    const found = await violated(redisRaft, [1, 2, 3, 4], { answersBeforeCommit: true })
    expect(found.join(', ')).toMatch(/acknowledged adds survive|linearizable/)
  })

  test('is not linearizable where the leader reads alone', { timeout: limit }, async () => {
    const found = await violated(redisRaft, [1, 2, 3, 4, 5, 6], { readsAlone: true })
    expect(found.join(', ')).toContain('linearizable')
  })
})
