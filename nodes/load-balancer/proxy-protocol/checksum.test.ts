// The checksum of a PROXY header: as others compute it, and what becomes of headers in which it is wrong.

import { expect, test } from 'vitest'

import { crc32c } from '../../transport/index.ts'
import { decodeProxyHeader, encodeProxyHeader, type ProxyHeader, ProxyProtocolError } from './index.ts'

const signed: ProxyHeader = {
  command: 'proxy',
  transport: 'stream',
  ends: { source: { host: '192.0.2.1', port: 7 }, target: { host: '192.0.2.2', port: 80 } },
  fields: [
    { type: 0x05, value: Uint8Array.of(1, 2, 3) },
    { type: 0x03, value: new Uint8Array(4) },
    { type: 0xe1, value: Uint8Array.of(4) },
  ],
}

test('CRC-32C is that of RFC 3720, section B.4', () => {
  const counting = Uint8Array.from({ length: 32 }, (_, place) => place)
  const text = new TextEncoder().encode('123456789')
  expect(
    [new Uint8Array(32), new Uint8Array(32).fill(0xff), counting, counting.toReversed(), text].map((bytes) =>
      crc32c(bytes),
    ),
  ).toEqual([0x8a9136aa, 0x62a8ab43, 0x46dd794e, 0x113fdb5c, 0xe3069283])
})

test('a header with a checksum is read, and not when a bit of its addresses or values is another', () => {
  const bytes = encodeProxyHeader(signed)
  expect(decodeProxyHeader(bytes)).toMatchObject({ kind: 'header', header: { ends: signed.ends } })
  // What stands between is how the fields are found, the checksum among them.
  const addresses = Array.from({ length: 12 }, (_, place) => 16 + place)
  for (const place of [...addresses, 31, 32, 33, 37, 38, 39, 40, 44])
    for (let bit = 0; bit < 8; bit++) {
      const other = bytes.with(place, (bytes[place] ?? 0) ^ (1 << bit))
      expect(() => decodeProxyHeader(other)).toThrow(ProxyProtocolError)
    }
})

test('it is verified of who speaks for itself as well', () => {
  const bytes = encodeProxyHeader({ ...signed, command: 'local' })
  expect(decodeProxyHeader(bytes).kind).toBe('header')
  bytes[16] = 193
  expect(() => decodeProxyHeader(bytes)).toThrow(/its checksum: got 0x[0-9a-f]{8}, wanted 0x[0-9a-f]{8}$/)
})

test.each<readonly [string, number]>([
  ['two of them, wanted one', 0x05],
  ['1 bytes, wanted 4', 0xe1],
])('a header is refused whose checksum is %s', (why, type) => {
  const bytes = encodeProxyHeader(signed)
  const other = signed.fields.find((each) => each.type === type)
  const place = Buffer.from(bytes).indexOf(Buffer.from([type, 0, other?.value.length ?? 0]))
  bytes[place] = 0x03
  if (type === 0xe1) bytes[Buffer.from(bytes).indexOf(Buffer.from([0x03, 0, 4]))] = 0x04
  expect(() => decodeProxyHeader(bytes)).toThrow(`its checksum: got ${why}`)
})
