import { expect, test } from 'vitest'

import { coverageTable } from './coverage-table.ts'

test('a table of coverage has what never happened: of what met, of all faults, and of all states', () => {
  const coverage = [
    { fault: 'crash', state: 'leader', count: 2 },
    { fault: 'pause', state: 'no state', count: 5 },
    { fault: 'crash', state: 'leader', count: 1 },
  ]
  const range = { faults: ['hold', 'crash'], states: ['candidate', 'leader', 'witness'] }
  expect(coverageTable(coverage, range)).toEqual({
    states: ['candidate', 'leader', 'witness', 'no state'],
    rows: [
      { fault: 'crash', counts: [0, 3, 0, 0] },
      { fault: 'hold', counts: [0, 0, 0, 0] },
      { fault: 'pause', counts: [0, 0, 0, 5] },
    ],
    most: 5,
  })
})

test('where no fault met anything there is no table', () => {
  expect(coverageTable([], { faults: ['crash'], states: [] })).toEqual({ states: [], rows: [], most: 1 })
})
