// What becomes of headers on their way through.

import { describe, expect, test } from 'vitest'

import { cookieOf } from './affinity.ts'
import { passedRequest, passedResponse } from './passed-headers.ts'
import { Fields } from '../../http/index.ts'

describe('headers', () => {
  const request = (
    headers: readonly (readonly [string, string])[],
    target = '/p?q',
  ): Parameters<typeof passedRequest>[0] => ({
    method: 'GET',
    target,
    version: '1.1',
    headers: new Fields(headers),
    remote: '2001:db8::1',
    body: {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: undefined, done: true }) }),
    },
    trailers: new Fields(),
    signal: new AbortController().signal,
  })
  const settings = { forwarded: 'append', via: 'lb' } as const
  const client = [
    ['Host', 'shop'],
    ['X-Forwarded-For', '192.0.2.1'],
    ['Forwarded', 'for=192.0.2.1'],
    ['X-Forwarded-Host', 'evil'],
  ] as const

  test('say who is behind, after what was said, instead of it, or not at all', () => {
    const { headers } = passedRequest(request(client), settings, 'fallback')
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.1, 2001:db8::1')
    expect(headers.get('forwarded')).toBe('for=192.0.2.1, for="[2001:db8::1]";host="shop";proto=http')
    expect([headers.get('x-forwarded-host'), headers.get('via')]).toEqual(['evil', '1.1 lb'])
    const replaced = passedRequest(request(client), { ...settings, forwarded: 'replace' }, 'fallback').headers
    expect(replaced.get('x-forwarded-for')).toBe('2001:db8::1')
    expect(replaced.get('x-forwarded-host')).toBe('shop')
    const none = passedRequest(request(client), { forwarded: 'none', via: '' }, 'fallback').headers
    expect([...none]).toEqual(client)
  })

  test('come after all that was said, in however many fields, and of whom no address is known by a name', () => {
    const several = [
      ['Host', '[::1]:81'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['x-forwarded-for', '192.0.2.2, 192.0.2.3'],
    ] as const
    const asked = { ...request(several), remote: 'unix:/a' }
    const { headers } = passedRequest(asked, settings, 'fallback')
    expect(headers.getAll('x-forwarded-for')).toEqual(['192.0.2.1, 192.0.2.2, 192.0.2.3, unix:/a'])
    expect(headers.get('forwarded')).toBe('for=unknown;host="[::1]:81";proto=http')
    expect([headers.get('host'), headers.get('x-forwarded-host')]).toEqual(['[::1]:81', '[::1]:81'])
  })

  test('of one hop are left out, but not those that a client only calls so', () => {
    const told = [
      ['Host', 'shop'],
      ['Connection', 'x-a, Content-Length, Host, close'],
      ['X-A', '1'],
      ['Content-Length', '3'],
      ['Keep-Alive', '1'],
      ['TE', 'trailers'],
      ['Upgrade', 'h2c'],
      ['Accept', '*/*'],
    ] as const
    const { headers } = passedRequest(request(told), { forwarded: 'none', via: '' }, 'fallback')
    expect([...headers].map(([name]) => name)).toEqual(['Host', 'Content-Length', 'Accept'])
    expect([...passedResponse(new Fields(told.slice(1, 3)), '1.1', { via: '' })]).toEqual([])
  })

  test('of an absolute target name its host', () => {
    const { target, headers } = passedRequest(
      request([['Host', 'other']], 'http://shop:81/a?b'),
      settings,
      'fallback',
    )
    expect([target, headers.getAll('host')]).toEqual(['/a?b', ['shop:81']])
    expect(passedRequest(request([]), settings, 'fallback').headers.get('host')).toBe('fallback')
  })

  test('find cookies among others', () => {
    const headers = new Fields([
      ['Cookie', 'ab=1; b=2'],
      ['Cookie', 'c=3'],
    ])
    expect(['ab', 'b', 'c', 'a'].map((name) => cookieOf({ headers }, name))).toEqual(['1', '2', '3', null])
  })
})
