import { describe, expect, test } from 'vitest'

import { compilePattern, patternText, type EventPattern, type FieldMatch } from './pattern.ts'
import type { Event } from '../event.ts'
import type { Instant } from '../time.ts'

const probe: Event = {
  seq: 7,
  at: 5 as Instant,
  node: 's1',
  kind: 'probe',
  cause: 3,
  name: 'append/log',
  value: { term: 4, peers: ['s2', 's3'], leader: null, isReady: true },
}

function matches(pattern: Omit<EventPattern, 'kind'>): boolean {
  return compilePattern({ kind: 'probe', ...pattern })(probe)
}

describe('a pattern', () => {
  test('of a kind matches events of that kind only', () => {
    expect(matches({})).toBe(true)
    expect(compilePattern({ kind: 'crash' })(probe)).toBe(false)
  })

  test('with nodes matches events of those nodes only', () => {
    expect(matches({ nodes: ['s2', 's1'] })).toBe(true)
    expect(matches({ nodes: ['s2'] })).toBe(false)
  })

  test.each<readonly [path: string, match: FieldMatch, isMatch: boolean]>([
    ['name', 'append/log', true],
    ['name', 'append', false],
    ['name', { prefix: 'append/' }, true],
    ['name', { prefix: 'vote' }, false],
    ['value.term', 4, true],
    ['value.term', '4', false],
    ['value.term', { min: 4 }, true],
    ['value.term', { min: 5 }, false],
    ['value.term', { max: 3 }, false],
    ['value.term', { min: 1, max: 4 }, true],
    ['value.term', { oneOf: [3, 4] }, true],
    ['value.term', { oneOf: ['4'] }, false],
    ['value.peers.1', 's3', true],
    ['value.peers.2', 's3', false],
    ['value.leader', null, true],
    ['value.isReady', true, true],
    ['value.constructor', null, false],
    ['value.term.x', 4, false],
    ['at', { max: 5 }, true],
  ])('where %s is %j: %j', (path, match, isMatch) => {
    expect(matches({ where: { [path]: match } })).toBe(isMatch)
  })

  test('matches when all that it says holds', () => {
    expect(matches({ where: { name: { prefix: 'append' }, 'value.term': 4 } })).toBe(true)
    expect(matches({ where: { name: { prefix: 'append' }, 'value.term': 5 } })).toBe(false)
  })

  test('reads as a sentence', () => {
    expect(
      patternText({
        kind: 'probe',
        nodes: ['a', 'b'],
        where: {
          name: { prefix: 'x' },
          'value.n': { min: 2 },
          'value.m': { max: 3 },
          value: { oneOf: [1, null] },
        },
      }),
    ).toBe(
      'probe of a b where name begins with "x" and value.n >= 2 and value.m <= 3 and value is one of 1, null',
    )
    expect(patternText({ kind: 'crash' })).toBe('crash')
  })
})
