import { expect, it } from 'vitest'

import { Allowance, costOf } from './allowance.ts'
import type { SearchLimits, SearchResult } from './search/index.ts'

const searchOf =
  (steps: number) =>
  ({ stepsMax }: SearchLimits): SearchResult =>
    steps < stepsMax ? { kind: 'found', steps } : { kind: 'unknown', steps: stepsMax, reason: 'steps' }

it('bounds searches together, with what it takes to prepare each', () => {
  const allowance = new Allowance({ stepsMax: 1000, entriesMax: 1 })
  const results = Array.from({ length: 100 }, () => allowance.search(2, searchOf(100)))
  const found = results.filter(({ kind }) => kind === 'found').length
  expect(found).toBe(Math.ceil((1000 - 100) / costOf(2, 100)))
  expect(results.reduce((sum, { steps }) => sum + steps, 0)).toBeLessThanOrEqual(1000)
  expect(allowance.isSpent).toBe(true)
})

it('bounds each search as asked', () => {
  const allowance = new Allowance({ stepsMax: 1000, entriesMax: 1 })
  expect(allowance.search(0, searchOf(100), 10)).toMatchObject({ kind: 'unknown', steps: 10 })
  expect(allowance.isSpent).toBe(false)
})

it('loses what a part of it spends, and no more than the part', () => {
  const allowance = new Allowance({ stepsMax: 1000, entriesMax: 1 })
  const part = allowance.share(0.5)
  for (let time = 0; time < 100; time++) part.search(0, searchOf(100))
  expect(part.isSpent).toBe(true)
  expect(allowance.search(0, searchOf(499)).kind).toBe('found')
  expect(allowance.search(0, searchOf(499)).kind).toBe('unknown')
})
