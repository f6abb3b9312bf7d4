import { expect, test } from 'vitest'

import { parseSeedRange, seedCount } from './seed-range.ts'

test('a range of seeds is two numbers in order, or one', () => {
  expect(parseSeedRange('1..1000')).toEqual({ first: 1, last: 1000 })
  expect(parseSeedRange('7')).toEqual({ first: 7, last: 7 })
  expect(parseSeedRange('0..0')).toEqual({ first: 0, last: 0 })
  expect(parseSeedRange('9007199254740991')).toEqual({
    first: 9_007_199_254_740_991,
    last: 9_007_199_254_740_991,
  })
})

test.each([
  '',
  '..',
  '1..',
  '..5',
  '5..1',
  '-1',
  '1.5',
  '1...5',
  '1..5..9',
  'a',
  '1..b',
  ' 1',
  '9007199254740992',
  '1e3',
])('%j is no range of seeds', (text) => {
  expect(parseSeedRange(text)).toBeNull()
})

test('both ends count', () => {
  expect([seedCount({ first: 1, last: 10 }), seedCount({ first: 5, last: 5 })]).toEqual([10, 1])
})
