import { describe, expect, test } from 'vitest'

import { agree, offerOf, parseExtensions, readAnswer } from './extension.ts'
import { acceptKey, answerHandshake, type HandshakeRequest } from './index.ts'

describe('what is agreed on (RFC 7692, section 7.1)', () => {
  const agreed = (header: string): string | null => agree(parseExtensions(header) ?? [], {})?.header ?? null

  test.each([
    ['permessage-deflate', 'permessage-deflate'],
    ['permessage-deflate; client_max_window_bits', 'permessage-deflate'],
    ['permessage-deflate; server_max_window_bits=10', 'permessage-deflate; server_max_window_bits=10'],
    ['permessage-deflate; server_max_window_bits="10"', 'permessage-deflate; server_max_window_bits=10'],
    ['permessage-deflate; server_max_window_bits=8', null],
    ['permessage-deflate; server_max_window_bits=8, permessage-deflate', 'permessage-deflate'],
    ['permessage-deflate; server_max_window_bits=16', null],
    ['permessage-deflate; server_max_window_bits', null],
    ['permessage-deflate; server_no_context_takeover', 'permessage-deflate; server_no_context_takeover'],
    ['permessage-deflate; server_no_context_takeover=1', null],
    ['permessage-deflate; client_no_context_takeover; client_no_context_takeover', null],
    ['permessage-deflate; unknown', null],
    [
      'x-other, permessage-deflate; client_no_context_takeover',
      'permessage-deflate; client_no_context_takeover',
    ],
    ['x-other', null],
  ])('%s: %s', (offer, answer) => {
    expect(agreed(offer)).toBe(answer)
  })

  test('a header that cannot be read is refused', () => {
    for (const header of ['', ',', 'a b', 'a; =1', 'a; b="c d"', 'a,'.repeat(40)])
      expect(parseExtensions(header)).toBeNull()
  })

  test('a client takes what it offered, and nothing else', () => {
    expect(offerOf({ isServerContextless: true })).toBe(
      'permessage-deflate; server_no_context_takeover; client_max_window_bits',
    )
    expect(readAnswer('permessage-deflate; client_max_window_bits=9', {})?.client).toEqual({
      windowBits: 9,
      isContextless: false,
    })
    // zlib has no window of 256 bytes, so nothing is compressed.
    expect(readAnswer('permessage-deflate; client_max_window_bits=8', {})).toMatchObject({ client: null })
    expect(readAnswer('permessage-deflate', { isServerContextless: true })).toBeNull()
    for (const answer of [
      'x-other',
      'permessage-deflate; client_max_window_bits',
      'permessage-deflate, permessage-deflate',
    ])
      expect(readAnswer(answer, {})).toBeNull()
  })
})

describe('the opening handshake', () => {
  const request = (
    changes: Readonly<Record<string, string | null>> = {},
    method = 'GET',
    version = '1.1',
  ): HandshakeRequest => {
    const fields = new Map<string, string | null>(
      Object.entries({
        connection: 'keep-alive, Upgrade',
        upgrade: 'WebSocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
        ...changes,
      }),
    )
    return {
      method,
      target: '/',
      version,
      headers: { get: (name) => fields.get(name.toLowerCase()) ?? null },
    }
  }

  test('hashes the key of the RFC (1.3)', () => {
    expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    const verdict = answerHandshake(request())
    expect(verdict).toMatchObject({
      kind: 'accepted',
      protocol: '',
      agreement: null,
      response: { status: 101 },
    })
    expect(verdict.response.headers).toContainEqual(['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='])
  })

  test.each<[string, number, HandshakeRequest]>([
    ['another method', 405, request({}, 'POST')],
    ['HTTP/1.0', 426, request({}, 'GET', '1.0')],
    ['no upgrade', 426, request({ upgrade: null })],
    ['another upgrade', 426, request({ upgrade: 'h2c' })],
    ['no connection token', 426, request({ connection: 'keep-alive' })],
    ['an old version', 426, request({ 'sec-websocket-version': '8' })],
    ['no key', 400, request({ 'sec-websocket-key': null })],
    ['a key of 15 bytes', 400, request({ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25j' })],
    ['unreadable extensions', 400, request({ 'sec-websocket-extensions': 'a b' })],
    ['a subprotocol twice', 400, request({ 'sec-websocket-protocol': 'a, a' })],
  ])('refuses %s with %i', (_, status, asked) => {
    expect(answerHandshake(asked)).toMatchObject({ kind: 'refused', response: { status } })
  })

  test('a wrong version is told the right one (4.4)', () => {
    const { response } = answerHandshake(request({ 'sec-websocket-version': '7' }))
    expect(response.headers).toContainEqual(['Sec-WebSocket-Version', '13'])
  })

  test('takes the best subprotocol, asks about the origin, and agrees on compression only where it is wanted', () => {
    const asked = request({
      'sec-websocket-protocol': 'b, a',
      origin: 'http://x',
      'sec-websocket-extensions': 'permessage-deflate',
    })
    expect(answerHandshake(asked, { protocols: ['a', 'b'] })).toMatchObject({
      protocol: 'a',
      agreement: null,
    })
    expect(answerHandshake(asked, { protocols: ['c'] })).toMatchObject({ kind: 'accepted', protocol: '' })
    expect(answerHandshake(asked, { compression: {} })).toMatchObject({
      agreement: { header: 'permessage-deflate' },
    })
    const isOriginAllowed = (origin: string | null): boolean => origin === 'http://y'
    expect(answerHandshake(asked, { isOriginAllowed })).toMatchObject({ response: { status: 403 } })
  })
})
