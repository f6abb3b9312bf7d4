// How the median length of searches is counted.
import { expect, test } from 'vitest'

import { medianSearch } from './zoo-row.ts'

const found = (text: string): readonly boolean[] => text.split('').map((each) => each === 'x')

test.each([
  { seeds: 'x', median: 1 },
  { seeds: '..x', median: 3 },
  { seeds: 'x..x.x', median: 2 },
  { seeds: '.x...x...x', median: 4 },
  { seeds: '.....x....', median: 6 },
  { seeds: '..........', median: null },
])('a search of $seeds takes $median seeds in the median', ({ seeds, median }) => {
  expect(medianSearch(found(seeds))).toBe(median)
})
