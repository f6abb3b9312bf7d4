// Lines of version 1 of the PROXY protocol: those of the specification, any that may be, and whatever else may come.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ipBytes, ipText } from './ip-address.ts'
import { decodeProxyHeader, proxyLineMax, ProxyProtocolError } from './index.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const longest = `PROXY UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`

const port = fc.nat(65_535)
const lines = fc.oneof(
  fc.tuple(fc.constant('TCP4'), fc.ipV4(), fc.ipV4(), port, port),
  fc.tuple(fc.constant('TCP6'), fc.ipV6(), fc.ipV6(), port, port),
)

/** Who is there as a line says, `?` where it says nobody. */
function told(text: string): string {
  const decoded = decodeProxyHeader(bytesOf(text))
  if (decoded.kind === 'more') return 'more'
  const { command, transport, ends } = decoded.header
  expect([command, transport]).toEqual(['proxy', ends === null ? 'unspecified' : 'stream'])
  const [source, target] = [ends?.source, ends?.target].map((end) =>
    end === undefined ? '?' : `${end.host} ${end.port}`,
  )
  return `${source} to ${target}, ${text.length - decoded.length} more`
}

describe('a line', () => {
  test.each([
    ['PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n', '255.255.255.255 65535 to 0.0.0.0 0, 0 more'],
    ['PROXY TCP6 2001:DB8::0001 ::1 1 443\r\nGET', '2001:db8::1 1 to ::1 443, 3 more'],
    ['PROXY UNKNOWN\r\n', '? to ?, 0 more'],
    ['PROXY UNKNOWN what\u00e4 ever\u0000it  is\r\n\r\n', '? to ?, 2 more'],
    [longest, '? to ?, 0 more'],
  ])('%j says %s', (line, who) => {
    expect(told(line)).toBe(who)
  })

  test('is waited for to its end, whatever the pieces', () => {
    expect(longest).toHaveLength(proxyLineMax)
    fc.assert(
      fc.property(lines, fc.uint8Array(), ([family, source, target, from, to], rest) => {
        const line = bytesOf(`PROXY ${family} ${source} ${target} ${from} ${to}\r\n`)
        fc.pre(line.length <= proxyLineMax)
        for (let length = 0; length < line.length; length++)
          expect(decodeProxyHeader(line.subarray(0, length))).toEqual({ kind: 'more' })
        const decoded = decodeProxyHeader(Buffer.concat([line, rest]))
        const plain = (host: string): string => ipText(ipBytes(host) ?? new Uint8Array(4))
        expect(decoded).toMatchObject({
          length: line.length,
          header: {
            ends: { source: { host: plain(source), port: from }, target: { host: plain(target), port: to } },
          },
        })
      }),
    )
  })

  test.each([
    ['POST / HTTP/1.1\r\n', 'its beginning: got "POST / HTTP/1."'],
    ['PROXY\tTCP4', 'its beginning: got "PROXY\\tTCP4"'],
    ['PROXY  TCP4', 'its beginning'],
    ['PROXY UDP4 ', 'its beginning'],
    ['PROXY tcp4 ', 'its beginning'],
    ['PROXY UNKNOWNS', 'its beginning'],
    ['PROXY \r\n', 'its beginning'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n', 'its parts: got 5'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n', 'its parts: got 7'],
    ['PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n', 'its parts: got 7'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n', 'its parts: got 7'],
    ['PROXY TCP4 ::1 1.2.3.4 1 2\r\n', 'its source address: got "::1", wanted IPv4'],
    ['PROXY TCP6 ::1 1.2.3.4 1 2\r\n', 'its target address: got "1.2.3.4", wanted IPv6'],
    ['PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n', 'its source address'],
    ['PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n', 'its source address'],
    ['PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n', 'its source address'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n', 'its source port: got "65536", wanted 0 to 65535'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 02\r\n', 'its target port: got "02"'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n', 'its source port'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n', 'byte 30: got 0x0a, wanted CR before it'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX', 'byte 31: got 0x58, wanted LF'],
    ['PROXY UNKNOWN \n', 'byte 14: got 0x0a'],
    [`PROXY UNKNOWN ${'x'.repeat(200)}`, 'its length: got no CR LF in 107 bytes'],
    [`${longest.slice(0, -2)}x\r\n`, 'byte 107: got 0x0d, wanted LF within 107 bytes'],
  ])('%j is refused: %s', (line, why) => {
    expect(() => decodeProxyHeader(bytesOf(line))).toThrow(why)
  })

  test('that is none is refused as early as can be told, and nothing else ever happens', () => {
    const mutated = fc
      .tuple(lines, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }))
      .map(([parts, changes]) => {
        const bytes = Uint8Array.from(bytesOf(`PROXY ${parts.join(' ')}\r\n`))
        for (const [at, byte] of changes) if (at > 0 && at < bytes.length) bytes[at] = byte
        return bytes
      })
    const begun = fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.of(0x50, ...bytes))
    let refused = 0
    fc.assert(
      fc.property(fc.oneof(mutated, begun), (bytes) => {
        try {
          const decoded = decodeProxyHeader(bytes)
          expect(decoded.kind === 'more' ? bytes.length : decoded.length).toBeLessThanOrEqual(proxyLineMax)
        } catch (error) {
          refused++
          expect(error).toBeInstanceOf(ProxyProtocolError)
        }
      }),
      { numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(50)
  })
})
