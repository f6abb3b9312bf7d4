// What `rest-orders` shows: the planted bug is found, and its invariants fire when and only when they should.

import { expect, test, vi } from 'vitest'

import { noOrderLost, noOrderTwice } from './parts/orders.ts'
import { feedIsWhole } from './parts/order-events.ts'
import restDisk from './rest-disk.ts'
import restEvents from './rest-events.ts'
import restOrders from './rest-orders.ts'
import { type Data, type Invariant, node, type Program, run, scenario, seconds } from '../sim/index.ts'

vi.setConfig({ testTimeout: 60_000 })

const set = (bug: string): ReadonlyMap<string, Data> => new Map([['bug', bug]])

test('a server that ignores keys takes an order twice, and no acknowledged one is lost by it', async () => {
  const { violations } = await run(restOrders, { seed: 1, set: set('no-keys') })
  expect(violations.map(({ invariant }) => invariant)).toEqual([noOrderTwice.name])
})

test('a server that keeps its answers apart from the orders loses them in a crash, and takes an order twice', async () => {
  const found = new Set<string>()
  for (let seed = 1; seed <= 8 && found.size === 0; seed++) {
    const { violations } = await run(restOrders, { seed, set: set('answers-apart') })
    for (const { invariant } of violations) found.add(invariant)
  }
  expect([...found]).toEqual([noOrderTwice.name])
})

test('a bug that there is not is refused', async () => {
  await expect(run(restOrders, { seed: 1, set: set('no-kyes') })).rejects.toThrow(
    'wanted one of none, no-keys, answers-apart',
  )
})

/** What an invariant says of orders that were acknowledged, then listed. */
async function judged(
  invariant: Invariant,
  acknowledged: readonly string[],
  listed: readonly string[],
): Promise<readonly string[]> {
  const program: Program = (env) => {
    for (const reference of acknowledged)
      env.invoke({ f: 'order', value: reference, process: reference }).ok(reference)
    env.probe('listing-begins', null)
    env.invoke({ f: 'order', value: 'late', process: 'late' }).ok('late')
    env.probe('listing', listed)
  }
  const told = scenario({
    title: 'told',
    nodes: () => [node('a', program)],
    invariants: [invariant],
    duration: seconds(1),
  })
  const { violations } = await run(told, { seed: 1 })
  return violations.map(({ message }) => message.split('\n', 1)[0] ?? '')
}

test('an order that was acknowledged before a list was asked for and is not in it is lost; a later one is not', async () => {
  expect(await judged(noOrderLost, ['a', 'b'], ['b'])).toEqual(['an acknowledged order is lost'])
  expect(await judged(noOrderLost, ['a', 'b'], ['b', 'a', 'c'])).toEqual([])
})

test('an order that is listed twice was taken twice', async () => {
  expect(await judged(noOrderTwice, [], ['a', 'b', 'a'])).toEqual(['an order was taken twice'])
  expect(await judged(noOrderTwice, [], ['a', 'b'])).toEqual([])
})

test('a follower that does not say what it heard last misses events without a word', async () => {
  const { violations } = await run(restEvents, { seed: 1, set: set('forgets-last') })
  expect(violations.map(({ invariant }) => invariant)).toEqual([feedIsWhole.name])
})

test('a server that ignores keys is found on a failing disk as well', async () => {
  const { violations } = await run(restDisk, { seed: 1, set: set('no-keys') })
  expect(violations.map(({ invariant }) => invariant)).toEqual([noOrderTwice.name])
})
