// The PROXY codec: the bytes of others, any header there and back, and whatever else may come.

import { isIP } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ipBytes, ipText } from './ip-address.ts'
import {
  clientHeader,
  clientOf,
  decodeProxyHeader,
  encodeProxyHeader,
  type ProxyHeader,
  ProxyProtocolError,
} from './index.ts'

const port = fc.nat(65_535)
const family = fc.constantFrom(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom('a', '/', '~'), maxLength: 100 }).map((path) => `/${path}`),
)
const ends = family.chain((host) =>
  fc.record({ source: fc.record({ host, port }), target: fc.record({ host, port }) }),
)
const checksum = 0x03
/** Where a checksum is to stand. */
const unsigned = { type: checksum, value: new Uint8Array(4) }
const field = fc.record({
  type: fc.nat(255).filter((type) => type !== checksum),
  value: fc.uint8Array({ maxLength: 50 }),
})
const headers: fc.Arbitrary<ProxyHeader> = fc.record({
  command: fc.constantFrom('proxy', 'local'),
  transport: fc.constantFrom('unspecified', 'stream', 'datagram'),
  ends: fc.option(ends),
  fields: fc
    .tuple(fc.array(field, { maxLength: 5 }), fc.option(fc.nat(5)))
    .map(([some, place]) => (place === null ? some : some.toSpliced(place, 0, unsigned))),
})

describe('addresses', () => {
  test('are those that Node knows, and come back as the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(':', '.', '0', '1', 'f', '2') })),
        (text) => {
          const bytes = ipBytes(text)
          expect(bytes === null ? 0 : bytes.length === 4 ? 4 : 6).toBe(isIP(text))
          if (bytes !== null) expect(ipBytes(ipText(bytes))).toEqual(bytes)
        },
      ),
    )
  })

  test('are written as RFC 5952 says', () => {
    for (const [long, short] of [
      ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['0:0:0:0:0:0:0:0', '::'],
      ['::1', '::1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['::ffff:1.2.3.4', '::ffff:102:304'],
    ] as const)
      expect(ipText(ipBytes(long) ?? new Uint8Array(4))).toBe(short)
  })
})

describe('headers', () => {
  test('have the bytes of the specification', () => {
    const bytes = clientHeader({ host: '192.0.2.1', port: 56_324 }, 443)
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '0d0a0d0a000d0a515549540a2111000cc000020100000000dc0401bb',
    )
  })

  test('come back as they were, in any number of pieces, with what follows left alone', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array(), (header, rest) => {
        const bytes = encodeProxyHeader(header)
        for (let length = 0; length < bytes.length; length++)
          expect(decodeProxyHeader(bytes.subarray(0, length))).toEqual({ kind: 'more' })
        const decoded = decodeProxyHeader(Buffer.concat([bytes, rest]))
        if (decoded.kind !== 'header') throw new Error('no header')
        expect(decoded.length).toBe(bytes.length)
        expect(encodeProxyHeader(decoded.header)).toEqual(bytes)
        const isOther = ({ type }: { readonly type: number }): boolean => type !== checksum
        expect(decoded.header.fields.filter(isOther)).toEqual(header.fields.filter(isOther))
        expect(decoded.header.fields.length).toBe(header.fields.length)
      }),
    )
  })

  test('tell who a client is, also where it has no address', () => {
    for (const host of ['192.0.2.1', '2001:db8::1', 'client-1']) {
      const decoded = decodeProxyHeader(clientHeader({ host, port: 5 }, 80))
      expect(decoded.kind === 'header' && clientOf(decoded.header)?.host).toBe(host)
    }
    expect(clientOf({ command: 'local', transport: 'stream', ends: null, fields: [] })).toBeNull()
  })

  test('that are none are refused with a reason, and nothing else ever happens', () => {
    const mutated = fc
      .tuple(headers, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }))
      .map(([header, changes]) => {
        const bytes = encodeProxyHeader(header)
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
        return bytes
      })
    let refused = 0
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated), (bytes) => {
        try {
          decodeProxyHeader(bytes)
        } catch (error) {
          refused++
          expect(error).toBeInstanceOf(ProxyProtocolError)
        }
      }),
      { numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(50)
    expect(() => decodeProxyHeader(new TextEncoder().encode('GET / HTTP/1.1'))).toThrow('byte 0: got 0x47')
  })

  test('without a form are not written', () => {
    const source = { host: '1.2.3.4', port: 1 }
    const header = { command: 'proxy', transport: 'stream', fields: [] } as const
    const bad = [
      { ...header, ends: { source, target: { host: '::', port: 1 } } },
      { ...header, ends: { source, target: { host: '1.2.3.4', port: 70_000 } } },
      { ...header, ends: { source: { host: 'a', port: 0 }, target: { host: 'b', port: 0 } } },
      { ...header, ends: null, fields: [{ type: 256, value: new Uint8Array(0) }] },
      { ...header, ends: null, fields: [{ type: 1, value: new Uint8Array(5000) }] },
      { ...header, ends: null, fields: [{ type: checksum, value: new Uint8Array(3) }] },
      { ...header, ends: null, fields: [unsigned, unsigned] },
    ]
    for (const each of bad) expect(() => encodeProxyHeader(each)).toThrow(ProxyProtocolError)
  })
})
