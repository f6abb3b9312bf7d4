import { describe, expect, test } from 'vitest'

import type { Data, DataRecord } from './data.ts'
import { oneOf, ParameterError, type Parameters, resolveParameters, upTo, within } from './parameters.ts'
import { RandomStreams } from './random.ts'
import { ms } from './time.ts'

const declared = {
  replicas: oneOf(3, 5),
  reads: oneOf('log', 'lease'),
  isFast: oneOf(true, false),
  skew: upTo(ms(200)),
  size: within(10, 12),
  name: 'store',
  limits: { low: 1 },
}

function resolve(
  seed: number,
  set: Readonly<Record<string, Data>> = {},
  parameters: Parameters = declared,
): DataRecord {
  return resolveParameters(parameters, new RandomStreams(seed), new Map(Object.entries(set)))
}

describe('parameters that are drawn', () => {
  test('take every value they can, both ends included, and no other', () => {
    const seeds = Array.from({ length: 300 }, (_, seed) => resolve(seed))
    const seen = (name: string): string =>
      [...new Set(seeds.map((values) => JSON.stringify(values[name])))].toSorted().join(' ')
    expect(seen('replicas')).toBe('3 5')
    expect(seen('reads')).toBe('"lease" "log"')
    expect(seen('isFast')).toBe('false true')
    expect(seen('size')).toBe('10 11 12')
    expect(
      seeds.every(({ skew }) => Number.isInteger(skew) && Number(skew) >= 0 && Number(skew) <= ms(200)),
    ).toBe(true)
    expect(seen('name')).toBe('"store"')
  })

  test('are the same for the same seed', () => {
    expect(resolve(7)).toEqual(resolve(7))
  })

  test('draw apart from each other: setting one, or leaving it out, changes no other', () => {
    const { replicas, ...rest } = resolve(7)
    const other = replicas === 3 ? 5 : 3
    expect(resolve(7, { replicas: other })).toEqual({ replicas: other, ...rest })
    const { replicas: _left, ...fewer } = declared
    expect(resolve(7, {}, fewer)).toEqual(rest)
  })

  test('have an upper bound that can be reached', () => {
    expect([within(1, 3).at(0), within(1, 3).at(0.999_999), upTo(ms(1)).at(0)]).toEqual([1, 3, 0])
    expect(oneOf('a', 'b').at(0.999_999)).toBe('b')
  })

  test('say what may come out', () => {
    expect([oneOf(3, 5).range, oneOf('log', 'lease').range, within(1, 3).range]).toEqual([
      'one of 3, 5',
      'one of "log", "lease"',
      'a whole number 1 to 3',
    ])
  })
})

describe('parameters that are set', () => {
  test('take the value given, as it is', () => {
    expect(resolve(1, { name: 'other', limits: { low: 2, high: 3 }, size: 12 })).toMatchObject({
      name: 'other',
      limits: { low: 2, high: 3 },
      size: 12,
    })
  })

  test.each<readonly [string, Readonly<Record<string, Data>>, string]>([
    [
      'has an unknown name',
      { nonsense: 1 },
      'parameter nonsense: got a value, wanted one of replicas, reads, isFast, skew, size, name, limits',
    ],
    ['has another type', { replicas: '3' }, 'parameter replicas: got string "3", wanted a number such as'],
    [
      'is a list in place of a text',
      { name: ['x'] },
      'parameter name: got object ["x"], wanted a string such as "store"',
    ],
    ['is none of the texts', { reads: 'zzz' }, 'parameter reads: got "zzz", wanted one of "log", "lease"'],
    ['is none of the numbers', { replicas: 4 }, 'parameter replicas: got 4, wanted one of 3, 5'],
    [
      'is beyond the range',
      { skew: ms(201) },
      'parameter skew: got 201000000, wanted a whole number 0 to 200000000',
    ],
    ['is below the range', { size: 9 }, 'parameter size: got 9, wanted a whole number 10 to 12'],
    ['is no whole number', { size: 10.5 }, 'parameter size: got 10.5, wanted a whole number 10 to 12'],
    ['has a name that every object has', { toString: 1 }, 'parameter toString'],
  ])('are refused when one %s', (_what, set, said) => {
    expect(() => resolve(1, set)).toThrow(ParameterError)
    expect(() => resolve(1, set)).toThrow(said)
  })

  test('may be of any type that can be drawn', () => {
    for (const limit of [3, 'none'])
      expect(resolve(1, { limit }, { limit: oneOf<number | string>(3, 'none') })).toEqual({ limit })
  })

  test('are refused by a scenario that has none', () => {
    expect(() => resolve(1, { a: 1 }, {})).toThrow('this scenario has no parameters')
  })
})

test('resolved parameters are frozen', () => {
  expect(Object.isFrozen(resolve(1))).toBe(true)
})

test('a draw from nothing, and bounds that are out of order, are refused where they are written', () => {
  expect(() => oneOf()).toThrow('oneOf: got no values')
  expect(() => within(2, 1)).toThrow('within: got 2..1')
  expect(() => within(Number.NaN, 1)).toThrow('within: got NaN..1')
  expect(() => upTo(Infinity)).toThrow('within: got 0..Infinity, wanted whole numbers in order')
  expect(() => upTo(0.5)).toThrow('within: got 0..0.5')
})
