// What `shop` shows: each planted bug is found, and each invariant fires when it should.

import { expect, test, vi } from 'vitest'

import { soldOut } from './parts/shop-clients.ts'
import { shopFlaws } from './parts/shop-flaws.ts'
import {
  acknowledgedKept,
  answersBelong,
  orderedOnce,
  refusedTookNothing,
  stockAddsUp,
  stockNeverNegative,
} from './parts/shop-invariants.ts'
import shop from './shop.ts'
import { type Data, type Env, type Invariant, node, run, scenario, seconds } from '../sim/index.ts'

vi.setConfig({ testTimeout: 60_000 })

/** The planted bugs, with a seed and a store that find each, and the invariant that it violates. */
const finds: readonly (readonly [plant: string, seed: number, store: string, invariant: Invariant])[] = [
  ['no-idempotency', 2, 'durable', orderedOnce],
  ['read-then-write', 1, 'durable', stockAddsUp(1, 1)],
  ['decrement-then-look', 1, 'durable', stockAddsUp(1, 1)],
  ['two-steps', 1, 'durable', stockAddsUp(1, 1)],
  ['refuse-when-unsure', 4, 'durable', refusedTookNothing],
  ['answer-by-item', 1, 'durable', answersBelong],
  ['acknowledge-before-sync', 2, 'durable', acknowledgedKept],
]

test.each(finds)(
  'a shop with the planted bug %s is found out by seed %i',
  async (plant, seed, store, invariant) => {
    const set = new Map<string, Data>([
      ['plant', plant],
      ['store', store],
    ])
    const { violations } = await run(shop, { seed, set })
    expect(violations.map((violation) => violation.invariant)).toEqual([invariant.name])
  },
)

test('there is a find for each bug that can be planted, and others are refused', async () => {
  expect(finds.map(([plant]) => plant).toSorted()).toEqual(
    [...shopFlaws.keys()].filter((name) => name !== 'none').toSorted(),
  )
  const set = new Map([['plant', 'no-bug']])
  await expect(run(shop, { seed: 1, set })).rejects.toThrow('plant: got "no-bug", wanted one of none')
})

/** One operation: how it ended, by its process, function, what was asked and what was told. */
type Told = readonly [process: string, f: string, asked: Data, outcome: 'ok' | 'fail', told: Data]

const order = (key: string, item = 1, quantity = 1): DataOf => ({ key, item, quantity })
type DataOf = { readonly key: string; readonly item: number; readonly quantity: number }
const audit = (stock: readonly number[], ...ledger: readonly string[]): Told => [
  'auditor',
  'audit',
  null,
  'ok',
  { stock, ledger },
]

/** What an invariant says of operations, one after the other. */
async function judged(invariant: Invariant, operations: readonly Told[]): Promise<readonly string[]> {
  const program = (env: Env): void => {
    for (const [process, f, value, outcome, told] of operations) {
      const operation = env.invoke({ f, value, process })
      if (outcome === 'ok') operation.ok(told)
      else operation.fail(typeof told === 'string' ? told : 'failed')
    }
  }
  const told = scenario({
    title: 'told',
    nodes: () => [node('a', program)],
    invariants: [invariant],
    duration: seconds(1),
  })
  const { violations } = await run(told, { seed: 1 })
  return violations.map(({ message }) => message)
}

test('what is ordered and what is in stock have to be what there was, of each item', async () => {
  const sound = [audit([3, 2], 'order a 1 2', 'cancel a 1 2', 'order b 2 1')]
  expect(await judged(stockAddsUp(2, 3), sound)).toEqual([])
  expect(await judged(stockAddsUp(2, 3), [audit([3, 3], 'order b 2 1')])).toEqual([
    'item 2: 3 in stock and what is ordered are 4, not 3',
  ])
  expect(await judged(stockAddsUp(2, 3), [audit([3])])).toHaveLength(1)
})

test('nobody may see a stock below nothing, whoever looks', async () => {
  expect(
    await judged(stockNeverNegative, [audit([0, 1]), ['a', 'stock', 1, 'ok', { item: 1, stock: 0 }]]),
  ).toEqual([])
  expect(await judged(stockNeverNegative, [audit([0, -1])])).toEqual(['somebody saw a stock of -1'])
  expect(await judged(stockNeverNegative, [['a', 'stock', 1, 'ok', { item: 1, stock: -2 }]])).toHaveLength(1)
})

test('a key has one order, which is cancelled at most once and not before', async () => {
  expect(await judged(orderedOnce, [audit([0], 'order a 1 1', 'order b 1 1', 'cancel a 1 1')])).toEqual([])
  expect(await judged(orderedOnce, [audit([0], 'order a 1 1', 'order a 1 1')])).toEqual([
    'a: two times "order"',
  ])
  expect(await judged(orderedOnce, [audit([0], 'cancel a 1 1')])).toEqual(['a is cancelled, and not ordered'])
  const twice = audit([0], 'order a 1 1', 'cancel a 1 1', 'cancel a 1 1')
  expect(await judged(orderedOnce, [twice])).toEqual(['a: two times "cancel"'])
})

test('what was acknowledged before an audit is in it, orders and cancellations', async () => {
  const told: readonly Told[] = [
    ['a', 'order', order('a'), 'ok', order('a')],
    ['a', 'cancel', 'a', 'ok', 'a'],
  ]
  expect(await judged(acknowledgedKept, [...told, audit([0], 'order a 1 1', 'cancel a 1 1')])).toEqual([])
  expect(await judged(acknowledgedKept, [audit([0]), ...told])).toEqual([])
  expect(await judged(acknowledgedKept, [...told, audit([0], 'order a 1 1')])).toEqual([
    '"cancel a" was acknowledged and is not there',
  ])
  expect(await judged(acknowledgedKept, [...told, audit([0])])).toHaveLength(1)
})

test('what was refused is in no audit', async () => {
  const refused: Told = ['a', 'order', order('a'), 'fail', soldOut]
  expect(await judged(refusedTookNothing, [refused, audit([0], 'order b 1 1')])).toEqual([])
  expect(await judged(refusedTookNothing, [refused, audit([0], 'order a 1 1')])).toEqual([
    'a was refused, and is taken',
  ])
  const unknown: Told = ['a', 'order', order('a'), 'fail', 'status 422']
  expect(await judged(refusedTookNothing, [unknown, audit([0], 'order a 1 1')])).toEqual([])
})

test('an answer is about what was asked', async () => {
  expect(
    await judged(answersBelong, [
      ['a', 'order', order('a'), 'ok', order('a')],
      ['b', 'stock', 2, 'ok', { item: 2, stock: 1 }],
      ['c', 'cancel', 'a', 'ok', 'a'],
    ]),
  ).toEqual([])
  expect(await judged(answersBelong, [['a', 'order', order('a'), 'ok', order('b')]])).toHaveLength(1)
  expect(await judged(answersBelong, [['a', 'order', order('a'), 'ok', order('a', 2)]])).toHaveLength(1)
  expect(await judged(answersBelong, [['a', 'stock', 2, 'ok', { item: 1, stock: 1 }]])).toHaveLength(1)
})
