import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { chooseCoding, chooseMediaType, readPreferences } from './accept.ts'
import { readRange } from './byte-range.ts'
import { decompress } from './content-coding.ts'
import { matchesStrongly, matchesWeakly, readEntityTags } from './entity-tag.ts'
import { isRangeWanted, judgeConditions } from './preconditions.ts'
import { Fields, httpDate, readHttpDate } from '../../http/index.ts'
import { gzipSync } from 'node:zlib'
import type { Instant } from '../../../sim/index.ts'

describe('the media type that a client would have', () => {
  const offered = ['application/json', 'text/html', 'text/csv;header=present']
  test.each<[string | null, string | null]>([
    [null, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/html'],
    ['text/*, text/html;q=0', 'text/csv;header=present'],
    ['text/html;q=0.5, application/json;q=0.4', 'text/html'],
    ['text/html;q=0.5, */*;q=0.5', 'application/json'],
    ['text/csv;header=absent', null],
    ['TEXT/CSV;Header=present;q=0.3', 'text/csv;header=present'],
    ['image/png', null],
    ['application/json;q=0', null],
    ['garbage, ;;, text/html', 'text/html'],
    ['text/html;q=2', null],
  ])('%s', (accept, expected) => {
    expect(chooseMediaType(accept, offered)).toBe(expected)
  })
})

describe('the coding that a client would have', () => {
  test.each<[string | null, string | null]>([
    [null, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, br', 'br'],
    ['gzip;q=1.0, br;q=0.1', 'gzip'],
    ['*', 'br'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0', null],
    ['*;q=0', null],
    ['*;q=0, gzip', 'gzip'],
  ])('%s', (accept, expected) => {
    expect(chooseCoding(accept, ['br', 'gzip'])).toBe(expected)
  })
})

describe('ranges', () => {
  test.each<[string, unknown]>([
    ['bytes=0-3', [[0, 3]]],
    ['bytes=8-', [[8, 9]]],
    ['bytes=-3', [[7, 9]]],
    ['bytes=-30', [[0, 9]]],
    ['bytes=5-100', [[5, 9]]],
    [
      'bytes=0-1, 5-6',
      [
        [0, 1],
        [5, 6],
      ],
    ],
    [
      'bytes=5-6,0-1',
      [
        [0, 1],
        [5, 6],
      ],
    ],
    ['bytes=0-4,2-6,7-7', [[0, 7]]],
    ['bytes=20-,0-0', [[0, 0]]],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=3-1', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=x', 'whole'],
    ['items=0-1', 'whole'],
    [`bytes=${'0-0,'.repeat(17)}`, 'whole'],
  ])('%s of ten bytes', (field, expected) => {
    const read = readRange(field, 10)
    expect(read.kind === 'parts' ? read.ranges.map(({ first, last }) => [first, last]) : read.kind).toEqual(
      expected,
    )
  })

  test('whatever is asked, parts lie inside, in order and apart', () => {
    const number = fc.oneof(
      fc.nat(120).map(String),
      fc.constant(''),
      fc.constant('9'.repeat(20)),
      fc.string({ maxLength: 3 }),
    )
    const field = fc.array(
      fc.tuple(number, number).map((both) => both.join('-')),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(field, fc.nat(100), (specs, length) => {
        const read = readRange(`bytes=${specs.join(',')}`, length)
        let before = -2
        for (const { first, last } of read.kind === 'parts' ? read.ranges : []) {
          expect(first).toBeGreaterThan(before + 1)
          expect(last).toBeGreaterThanOrEqual(first)
          expect(last).toBeLessThan(length)
          before = last
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

test('no field makes a reader throw, and weights are between none and all', () => {
  const piece = fc.constantFrom(
    ',',
    ';',
    '=',
    'q',
    '0.5',
    '"',
    '*',
    '/',
    'text',
    ' ',
    'W/',
    '-',
    'bytes',
    '\\',
    '1',
  )
  const field = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(field, (text) => {
      for (const { weight } of readPreferences(text)) expect(weight >= 0 && weight <= 1000).toBe(true)
      const offered = ['text/html', 'text/csv']
      expect([...offered, null]).toContain(chooseMediaType(text, offered))
      readEntityTags(text)
      readHttpDate(text)
      readRange(text, 10)
    }),
    { numRuns: 1_000 },
  )
})

describe('entity tags', () => {
  test('lists of them', () => {
    expect(readEntityTags('"a", W/"b" ,"c,d"')).toEqual(['"a"', 'W/"b"', '"c,d"'])
    expect(readEntityTags(' * ')).toBe('*')
    expect(readEntityTags('"a" "b"')).toBeNull()
    expect(readEntityTags('a')).toBeNull()
  })

  test('compared as RFC 9110, section 8.8.3.2, has it', () => {
    const pairs = [
      ['W/"1"', 'W/"1"'],
      ['W/"1"', 'W/"2"'],
      ['W/"1"', '"1"'],
      ['"1"', '"1"'],
    ] as const
    expect(pairs.map(([one, other]) => matchesStrongly(one, other))).toEqual([false, false, false, true])
    expect(pairs.map(([one, other]) => matchesWeakly(one, other))).toEqual([true, false, true, true])
  })
})

describe('dates', () => {
  test('all three forms of RFC 9110 are one instant', () => {
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ])
      expect(readHttpDate(text)).toBe(784_111_777)
    expect(readHttpDate('Sun, 06 Nov 1994 08:49:37 CET')).toBeNull()
    expect(readHttpDate('Sun, 06 Foo 1994 08:49:37 GMT')).toBeNull()
  })

  test('what was written is read again', () => {
    fc.assert(
      fc.property(fc.nat(9_000_000), (second) => {
        expect(readHttpDate(httpDate((second * 1_000_000_000) as Instant))).toBe(second)
      }),
    )
  })
})

describe('conditions', () => {
  const state = { etag: '"1"', modified: 1_000 }
  const late = httpDate((2_000 * 1_000_000_000) as Instant)
  const early = httpDate((500 * 1_000_000_000) as Instant)
  test.each<[string, Record<string, string>, string]>([
    ['GET', {}, 'go-on'],
    ['GET', { 'If-None-Match': '"1"' }, 'not-modified'],
    ['GET', { 'If-None-Match': 'W/"1"' }, 'not-modified'],
    ['GET', { 'If-None-Match': '"2", "1"' }, 'not-modified'],
    ['GET', { 'If-None-Match': '*' }, 'not-modified'],
    ['GET', { 'If-None-Match': '"2"' }, 'go-on'],
    ['PUT', { 'If-None-Match': '*' }, 'failed'],
    ['PUT', { 'If-Match': '"1"' }, 'go-on'],
    ['PUT', { 'If-Match': 'W/"1"' }, 'failed'],
    ['PUT', { 'If-Match': '"2"' }, 'failed'],
    ['PUT', { 'If-Match': 'garbage' }, 'failed'],
    ['PUT', { 'If-Match': '*' }, 'go-on'],
    ['GET', { 'If-Modified-Since': late }, 'not-modified'],
    ['GET', { 'If-Modified-Since': early }, 'go-on'],
    ['PUT', { 'If-Modified-Since': late }, 'go-on'],
    // If-None-Match goes before If-Modified-Since.
    ['GET', { 'If-None-Match': '"2"', 'If-Modified-Since': late }, 'go-on'],
    ['PUT', { 'If-Unmodified-Since': early }, 'failed'],
    ['PUT', { 'If-Unmodified-Since': late }, 'go-on'],
    ['PUT', { 'If-Match': '"1"', 'If-Unmodified-Since': early }, 'go-on'],
    ['GET', { 'If-Modified-Since': 'yesterday' }, 'go-on'],
  ])('%s %o: %s', (method, headers, expected) => {
    expect(judgeConditions(method, new Fields(Object.entries(headers)), state)).toBe(expected)
  })

  test('what does not exist matches nothing', () => {
    expect(judgeConditions('PUT', new Fields([['If-Match', '*']]), null)).toBe('failed')
    expect(judgeConditions('PUT', new Fields([['If-None-Match', '*']]), null)).toBe('go-on')
  })

  test('If-Range wants exactly what there is', () => {
    const wanted = (value: string): boolean => isRangeWanted(new Fields([['If-Range', value]]), state)
    const exact = httpDate((1_000 * 1_000_000_000) as Instant)
    expect(['"1"', 'W/"1"', '"2"', exact, late].map(wanted)).toEqual([true, false, false, true, false])
  })
})

describe('requests that are compressed', () => {
  test('no more is made of them than is allowed', () => {
    const bomb = gzipSync(new Uint8Array(50_000_000))
    expect(bomb.length).toBeLessThan(100_000)
    expect(decompress(bomb, 'gzip', 1_000_000)).toEqual({ kind: 'too-long' })
  })

  test('what is damaged or of another coding is told', () => {
    expect(decompress(new Uint8Array([1, 2, 3]), 'gzip', 100).kind).toBe('damaged')
    expect(decompress(new Uint8Array([1, 2, 3]), 'br', 100).kind).toBe('damaged')
    expect(decompress(gzipSync('hello').subarray(0, 15), 'gzip', 100).kind).toBe('damaged')
    expect(decompress(new Uint8Array(), 'zstd', 100).kind).toBe('unknown-coding')
    expect(decompress(gzipSync('hello'), 'gzip', 5)).toMatchObject({ kind: 'bytes' })
  })
})
