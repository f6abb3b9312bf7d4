import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Fields, httpDate, NameSet } from './index.ts'
import { isHost, parseTarget } from './target.ts'
import { at, seconds } from '../../sim/index.ts'

describe('fields', () => {
  const fields = (): Fields =>
    new Fields([
      ['Accept', 'a'],
      ['Host', 'h'],
      ['ACCEPT', 'b'],
    ])

  test('are found by any spelling, in their order', () => {
    expect(fields().get('accept')).toBe('a, b')
    expect(fields().getAll('aCCept')).toEqual(['a', 'b'])
    expect([fields().has('host'), fields().has('hos'), fields().get('none')]).toEqual([true, false, null])
  })

  test('are left out by name, however that is written, in a copy', () => {
    const all = fields()
    expect([...all.without(new NameSet(['accept', 'other']))]).toEqual([['Host', 'h']])
    expect([all.size, all.without(new NameSet(['hosts', 'hos', 'acceps'])).size]).toEqual([3, 3])
  })

  test('are set and deleted, and keep how they were written', () => {
    expect([...fields().set('accept', 'c')]).toEqual([
      ['Host', 'h'],
      ['accept', 'c'],
    ])
    expect([...fields().delete('HOST').append('X', '1')].map(([name]) => name)).toEqual([
      'Accept',
      'ACCEPT',
      'X',
    ])
    expect(new Fields(fields()).size).toBe(3)
  })
})

test('dates are those of HTTP (RFC 9110, section 5.6.7)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000 }), (second) => {
      expect(httpDate(at(seconds(second)))).toBe(new Date(second * 1000).toUTCString())
    }),
  )
  // Instants of real machines are beyond what a duration holds exactly.
  for (const ms of [
    Date.UTC(2024, 1, 29, 23, 59, 59),
    Date.UTC(2100, 1, 28, 12),
    Date.UTC(2000, 11, 31),
    Date.UTC(1994, 10, 6, 8, 49, 37),
  ])
    expect(httpDate((ms * 1e6) as ReturnType<typeof at>)).toBe(new Date(ms).toUTCString())
})

describe('request targets', () => {
  test('have one of four forms (RFC 9112, section 3.2)', () => {
    expect(parseTarget('GET', '/a/b?c=d?e')).toMatchObject({ form: 'origin', path: '/a/b', query: 'c=d?e' })
    expect(parseTarget('GET', 'http://a:80?b')).toMatchObject({
      form: 'absolute',
      authority: 'a:80',
      path: '/',
      query: 'b',
    })
    expect(parseTarget('CONNECT', 'a:80')).toMatchObject({ form: 'authority', authority: 'a:80', path: null })
    expect(parseTarget('OPTIONS', '*')).toMatchObject({ form: 'asterisk' })
    for (const target of ['a', '', '?a', 'http:/a', 'http://a@b@c/'])
      expect(parseTarget('GET', target)).toBe(null)
    expect(parseTarget('CONNECT', '/a')).toBe(null)
  })

  test('go with hosts', () => {
    for (const host of ['a', 'a.b-c_d', 'a:80', '', '[::1]', '[fe80::1%25eth0]:8080', '127.0.0.1:1'])
      expect([host, isHost(host)]).toEqual([host, true])
    for (const host of ['a b', 'a/b', 'a@b', 'a:b', '[::1', 'a:123456', 'a,b c', 'é', 'a#b'])
      expect([host, isHost(host)]).toEqual([host, false])
  })
})
