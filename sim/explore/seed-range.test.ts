import { expect, test } from 'vitest'

import { parseSeedRange, parseShard, seedAt, seedCount, shardOf } from './seed-range.ts'

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

test.each([
  [1, 10, 3],
  [5, 5, 2],
  [0, 99, 7],
  [3, 9, 1],
])('the shards of %i..%i by %i hold each of its seeds once', (first, last, count) => {
  const seeds = Array.from({ length: count }, (_, place) => {
    const shard = shardOf({ first, last }, { index: place + 1, count })
    return shard === null ? [] : Array.from({ length: seedCount(shard) }, (_, place) => seedAt(shard, place))
  }).flat()
  const whole = Array.from({ length: last - first + 1 }, (_, place) => first + place)
  expect(seeds.toSorted((a, b) => a - b)).toEqual(whole)
})

test('a shard is a part from 1 to the number of parts', () => {
  expect(parseShard('2/8')).toEqual({ index: 2, count: 8 })
  for (const text of ['', '0/4', '5/4', '1', '1/', '/4', 'a/b', '1/4/8', '-1/4', '1.5/4', '0/0'])
    expect(parseShard(text)).toBeNull()
})
