import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { RedisFileError } from '../bytes/file-error.ts'
import { byteStrings } from '../testing/plain-value.ts'
import { writeZiplist } from '../testing/ziplist-writer.ts'
import { readIntset, writeIntset } from './intset.ts'
import { readListpack, writeListpack } from './listpack.ts'
import { readZiplist } from './ziplist.ts'
import { readZipmap } from './zipmap.ts'

const lists = fc.array(byteStrings)
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
const edges = [
  127, 128, -1, 4095, 4096, -4096, -4097, 32767, 32768, -32769, 8388607, 8388608, -8388609, 2147483647,
]

describe.each([
  { name: 'listpack', write: writeListpack, read: readListpack },
  { name: 'ziplist', write: writeZiplist, read: readZiplist },
])('a $name', ({ write, read }) => {
  test('gives back its elements', () => {
    fc.assert(
      fc.property(lists, (elements) => {
        expect(read(write(elements))).toEqual(elements)
      }),
    )
    const numbers = [...edges.map(String), '2147483648', '-9223372036854775808', '9223372036854775808']
    const texts = [62, 63, 64, 4095, 4096, 16_383, 16_384, 70_000].map((length) => 'x'.repeat(length))
    expect(read(write([...numbers, ...texts]))).toEqual([...numbers, ...texts])
  })

  test('counts its elements where there are more than its header can say', () => {
    const many = Array.from({ length: 70_000 }, (_, place) => String(place))
    expect(read(write(many))).toEqual(many)
  })

  test('is refused wherever it is damaged in a way that shows, with an offset', () => {
    fc.assert(
      fc.property(lists, fc.nat(), fc.nat(255), fc.nat(1000), (elements, where, byte, offset) => {
        const bytes = write(elements)
        bytes.writeUInt8(byte, where % bytes.length)
        try {
          read(bytes, offset)
        } catch (error) {
          expect(error).toBeInstanceOf(RedisFileError)
          expect((error as RedisFileError).offset).toBeGreaterThanOrEqual(offset)
        }
      }),
      { numRuns: 500 },
    )
    const bytes = write(['a', 'b'])
    expect(() => read(bytes.subarray(0, -1))).toThrow(RedisFileError)
    expect(() => read(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(RedisFileError)
  })
})

describe('an intset', () => {
  test('gives back its members in order, as wide as the widest needs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(int64), (members) => {
        const sorted = members.toSorted((a, b) => (a < b ? -1 : 1)).map(String)
        expect(readIntset(writeIntset(members))).toEqual(sorted)
      }),
    )
    expect(writeIntset([3n, -1n]).toString('hex')).toBe('0200000002000000ffff0300')
    expect(writeIntset([40_000n]).length).toBe(12)
    expect(writeIntset([2n ** 40n]).length).toBe(16)
  })

  test('is refused where its members are not in order, or not as many as it says', () => {
    expect(() => readIntset(Buffer.from('020000000200000003000300', 'hex'))).toThrow('integers in order')
    expect(() => readIntset(Buffer.from('0200000003000000ffff0300', 'hex'))).toThrow('3 integers')
    expect(() => readIntset(Buffer.from('0300000000000000', 'hex'))).toThrow('2, 4 or 8')
  })
})

test('a zipmap gives back fields and values, and what is none is refused', () => {
  const map = Buffer.from('\x02\x03foo\x03\x00bar\x05hello\x05\x02worldxx\xff', 'latin1')
  expect(readZipmap(map)).toEqual(['foo', 'bar', 'hello', 'world'])
  expect(() => readZipmap(map.subarray(0, -1))).toThrow(RedisFileError)
  map.writeUInt8(3, 0)
  expect(() => readZipmap(map)).toThrow('2 fields, wanted 3')
})
