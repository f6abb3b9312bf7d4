import fc from 'fast-check'
import { expect, test } from 'vitest'

import { seeds } from './seeds.ts'
import { topologies } from './topologies.ts'

const arbitrary = topologies({ store: { min: 1, max: 7 }, client: { min: 1, max: 3, quorum: 0 } })

test('a topology has groups of the sizes that were asked for', () => {
  for (const { nodes, groups } of fc.sample(arbitrary, { numRuns: 30, seed: 1 })) {
    expect(groups.map(({ name }) => name)).toEqual(['store', 'client'])
    expect(nodes).toHaveLength(groups.reduce((sum, group) => sum + group.nodes.length, 0))
    expect(groups[1]).toMatchObject({ quorum: 0 })
  }
})

test('a topology shrinks to few members, also one that was written by hand', () => {
  const wanted = ['store-1', 'store-2', 'store-3', 'client-1']
  const property = fc.property(arbitrary, ({ groups }) => (groups[0]?.nodes.length ?? 0) < 3)
  expect(fc.check(property, { seed: 2 }).counterexample?.[0]?.nodes).toEqual(wanted)
  const [example] = fc.sample(arbitrary, { numRuns: 20, seed: 5 }).filter(({ nodes }) => nodes.length > 7)
  expect(fc.check(property, { examples: [[example!]], numRuns: 1 }).counterexample?.[0]?.nodes).toEqual(
    wanted,
  )
})

test('seeds are whole numbers and do not shrink', () => {
  const details = fc.check(fc.property(seeds(), (seed) => !Number.isSafeInteger(seed)))
  expect(details.numShrinks).toBe(0)
  expect(seeds().canShrinkWithoutContext(7)).toBe(true)
  expect(seeds().canShrinkWithoutContext(-7)).toBe(false)
})
