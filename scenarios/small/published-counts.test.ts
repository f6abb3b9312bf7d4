// Numbers of distinct states that Stateright publishes in its tests, for worlds in its formulation.
import { describe, expect, test } from 'vitest'

import { abd } from './testing/abd.ts'
import { paxos } from './testing/paxos.ts'
import { pingPong } from './testing/ping-pong.ts'
import { registerWorld } from './testing/register-world.ts'
import { singleCopy } from './testing/single-copy.ts'
import { exhaust } from '../../sim/index.ts'

const limit = 240_000
const exhausted = { verdict: { kind: 'exhausted' }, isMatched: true }

describe('ping-pong (src/actor/model.rs)', () => {
  test('has 11 states up to five, whether messages can be received again or not', async () => {
    expect(await exhaust(pingPong)).toMatchObject({ ...exhausted, states: 11 })
    expect(await exhaust(pingPong, { network: 'multiset' })).toMatchObject({ ...exhausted, states: 11 })
  })

  test('has 14 states up to one and 4,094 up to five when any message may be lost', async () => {
    const most = (count: number): ReadonlyMap<string, number> => new Map([['most', count]])
    expect(await exhaust(pingPong, { set: most(1), losses: Infinity })).toMatchObject({
      ...exhausted,
      states: 14,
    })
    expect(await exhaust(pingPong, { set: most(5), losses: Infinity })).toMatchObject({
      ...exhausted,
      states: 4094,
    })
  })
})

describe('a register on one server (examples/single-copy-register.rs)', () => {
  test('has 93 states with two clients, and is linearizable', async () => {
    const world = registerWorld('one server', singleCopy, { servers: 1, clients: 2 })
    expect(await exhaust(world)).toMatchObject({ ...exhausted, states: 93 })
    expect(await exhaust(world, { isReduced: false })).toMatchObject({ ...exhausted, states: 93 })
  })

  test('is not linearizable on two servers that agree on nothing: four deliveries show it', async () => {
    const world = registerWorld('two servers', singleCopy, { servers: 2, clients: 2 })
    const { verdict } = await exhaust(world)
    expect(verdict).toMatchObject({ kind: 'violated', violation: { invariant: 'linearizable register' } })
    expect('path' in verdict && verdict.path.map(({ step }) => step.kind)).toEqual([
      'delivery',
      'delivery',
      'delivery',
      'delivery',
    ])
  })
})

test('the register of Attiya, Bar-Noy and Dolev (examples/linearizable-register.rs) has 544 states with two clients and two servers', async () => {
  const world = registerWorld('ABD', abd, { servers: 2, clients: 2 })
  expect(await exhaust(world)).toMatchObject({ ...exhausted, states: 544 })
  expect(await exhaust(world, { isReduced: false, isDeepFirst: true })).toMatchObject({
    ...exhausted,
    states: 544,
  })
})

test(
  'single-decree Paxos (examples/paxos.rs) has 16,668 states with two clients and three servers',
  async () => {
    const world = registerWorld('Paxos', paxos, { servers: 3, clients: 2 })
    expect(await exhaust(world)).toMatchObject({ ...exhausted, states: 16_668 })
  },
  limit,
)
