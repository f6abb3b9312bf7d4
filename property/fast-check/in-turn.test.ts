import fc from 'fast-check'
import { expect, test } from 'vitest'

import { InTurn } from './in-turn.ts'
import { ListArbitrary } from './list-arbitrary.ts'

const list = new ListArbitrary<number>({
  draw: (random) => Array.from({ length: 64 }, () => random.nextInt(0, 9)),
  read: (value) => (Array.isArray(value) ? value.map(Number) : null),
})
const pair = new InTurn<{ readonly left: readonly number[]; readonly right: readonly number[] }>({
  left: list,
  right: list,
})

/** How many runs it takes until each list has only four items left. */
function runsToShrink(arbitrary: typeof pair | ReturnType<typeof recordOfBoth>): number {
  let runs = 0
  const details = fc.check(
    fc.property(arbitrary, ({ left, right }) => {
      runs++
      return left.length < 4 || right.length < 4
    }),
    { seed: 1 },
  )
  expect(details.counterexample?.[0].left).toHaveLength(4)
  expect(details.counterexample?.[0].right).toHaveLength(4)
  return runs
}

function recordOfBoth(): fc.Arbitrary<{ left: readonly number[]; right: readonly number[] }> {
  return fc.record({ left: list, right: list })
}

test('each part shrinks as far as it goes, in fewer runs than parts that shrink alternately', () => {
  expect(runsToShrink(pair)).toBeLessThan(runsToShrink(recordOfBoth()))
})

test('a part gets another turn after a later one has changed', () => {
  // The left list can only be shortened once the right one is empty.
  const details = fc.check(
    fc.property(pair, ({ left, right }) => (right.length > 0 ? left.length < 64 : left.length < 3)),
    { seed: 1 },
  )
  expect(details.counterexample?.[0].left).toHaveLength(3)
  expect(details.counterexample?.[0].right).toEqual([])
})

test('only objects are shrunk', () => {
  expect(pair.canShrinkWithoutContext(null)).toBe(false)
  expect(pair.canShrinkWithoutContext({ left: [1], right: [] })).toBe(true)
})
