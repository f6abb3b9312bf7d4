import { describe, expect, test } from 'vitest'

import { orderOf } from './strategy.ts'
import { RandomStreams } from './random.ts'
import { run } from './run.ts'
import { everyKind } from './testing/every-kind.ts'
import type { Strategy } from './variation.ts'

const strategies: readonly Strategy[] = [
  { kind: 'random' },
  { kind: 'pos' },
  { kind: 'pct', depth: 3, steps: 500 },
]

describe.each(strategies)('the strategy $kind', (strategy) => {
  test('gives the same run again for the same seed, checked or not', async () => {
    const digest = async (isChecked: boolean): Promise<string> =>
      (await run(everyKind, { seed: 5, isChecked, variation: { strategy } })).digest
    expect(await digest(true)).toBe(await digest(false))
  })

  test('orders things otherwise than first-in, and than other seeds', async () => {
    const digests = await Promise.all([
      run(everyKind, { seed: 5 }),
      run(everyKind, { seed: 5, variation: { strategy } }),
      run(everyKind, { seed: 6, variation: { strategy } }),
    ])
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(3)
  })
})

test('first-in leaves everything as it is', async () => {
  const [plain, firstIn] = await Promise.all([
    run(everyKind, { seed: 5 }),
    run(everyKind, { seed: 5, variation: { strategy: { kind: 'first-in' } } }),
  ])
  expect(firstIn.digest).toBe(plain.digest)
})

test('pct keeps a node at its priority until a change point makes it the last', () => {
  const order = orderOf({ kind: 'pct', depth: 2, steps: 10 }, new RandomStreams(1))
  if (order === null) throw new Error('pct decides something')
  const ties = Array.from({ length: 30 }, () => order.tie(null))
  expect(new Set(ties).size).toBe(2)
  expect(ties.at(-1)).toBeGreaterThan(ties[0] ?? 1)
  expect(order.place?.('', 0.5)).toBeGreaterThan(0.9)
})
