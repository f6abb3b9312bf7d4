// What replication promises: a failover loses acknowledged writes, a Raft log does not, and bugs planted in it are found.

import { describe, expect, test } from 'vitest'

import { acknowledgedAddsSurvive } from './parts/redis-writers.ts'
import { expiredStaysGone } from './parts/redis-leases.ts'
import redisExpiry from './redis-expiry.ts'
import redisFailover from './redis-failover.ts'
import redisRaft from './redis-raft.ts'
import redisRaftDisk from './redis-raft-disk.ts'
import {
  type Data,
  type FaultPlan,
  type Invariant,
  ms,
  parsePlan,
  run,
  type Scenario,
  seconds,
} from '../sim/index.ts'

const limit = 120_000

/** Which invariants are violated on some seeds, seed by seed. */
async function violated(
  scenario: Scenario,
  seeds: readonly number[],
  set: Readonly<Record<string, Data>> = {},
  plan?: FaultPlan,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const seed of seeds) {
    const options = {
      seed,
      set: new Map(Object.entries(set)),
      isChecked: false,
      ...(plan === undefined ? {} : { plan }),
    }
    const { violations } = await run({ ...scenario, expectViolation: null }, options)
    found.push(violations.map(({ invariant }) => invariant).join(', '))
  }
  return found
}

/** Each replica in turn is cut off from the others together with a client, whoever leads. */
const cuts: FaultPlan = parsePlan(
  JSON.stringify(
    [1, 2, 3].map((number) => ({
      kind: 'partition',
      shape: {
        kind: 'split',
        groups: [
          [`redis-${number}`, 'client-1'],
          [1, 2, 3].filter((other) => other !== number).map((other) => `redis-${other}`),
        ],
      },
      cuts: 'later',
      at: seconds(3 * number),
      for: ms(2500),
    })),
  ),
)

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

  test('that answers before it commits is found, by what is lost too', { timeout: limit }, async () => {
    const { name } = acknowledgedAddsSurvive
    const alone = (each: Invariant): boolean => each.name === name
    const onlyLosses: Scenario = {
      ...redisRaft,
      prepare: (streams, set) => {
        const prepared = redisRaft.prepare(streams, set)
        return { ...prepared, invariants: prepared.invariants.filter(alone) }
      },
    }
    expect(await violated(redisRaft, [1], { answersBeforeCommit: true }, cuts)).not.toEqual([''])
    const found = await violated(onlyLosses, [1, 2, 3, 4], { answersBeforeCommit: true }, cuts)
    expect(found).toContain(name)
  })
})

describe('redis-raft-disk', () => {
  test('finds a replica that answers before a majority has it on disk', { timeout: limit }, async () => {
    const found = await violated(redisRaftDisk, [1, 2, 3], { answersBeforeCommit: true })
    expect(found.filter((each) => each !== '')).not.toEqual([])
  })
})

describe('redis-expiry', () => {
  test('finds a server that only hides what has expired', { timeout: limit }, async () => {
    const found = await violated(redisExpiry, [1, 2, 3, 4], { hides: true })
    expect(found).toContain(expiredStaysGone.name)
    expect(await violated(redisExpiry, [2, 3, 4, 5])).toEqual(['', '', '', ''])
  })
})
