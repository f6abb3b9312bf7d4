import fc from 'fast-check'
import { expect, test } from 'vitest'

import { workloads } from './workloads.ts'

const asked = new Map([
  ['client-1', 40],
  ['client-2', 25],
])

test('a workload shrinks to the calls that matter', () => {
  let runs = 0
  const details = fc.check(
    fc.property(workloads(asked), (calls) => {
      runs++
      return !(calls['client-1']?.includes(17) === true && calls['client-2']?.includes(3) === true)
    }),
    { seed: 1 },
  )
  expect(details.counterexample).toEqual([{ 'client-1': [17], 'client-2': [3] }])
  expect(runs).toBeLessThan(60)
})

test('a workload that was written by hand shrinks too, if it is one of these clients', () => {
  const arbitrary = workloads(asked)
  expect(arbitrary.canShrinkWithoutContext({ 'client-1': [1], 'client-2': [] })).toBe(true)
  expect(arbitrary.canShrinkWithoutContext({})).toBe(true)
  expect(arbitrary.canShrinkWithoutContext({ 'client-1': [1], 'client-9': [] })).toBe(false)
  expect(arbitrary.canShrinkWithoutContext({ 'client-1': 'all', 'client-2': [] })).toBe(false)
  const details = fc.check(
    fc.property(arbitrary, (calls) => (calls['client-1']?.length ?? 0) < 2),
    { examples: [[{ 'client-1': [1, 5, 9], 'client-2': [4] }]], numRuns: 1 },
  )
  expect(details.counterexample).toEqual([{ 'client-1': [1, 5], 'client-2': [] }])
})
