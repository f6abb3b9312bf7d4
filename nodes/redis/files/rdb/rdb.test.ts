import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { crc64 } from '../bytes/crc64.ts'
import { compress, decompress } from '../bytes/lzf.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { entries, plain, plainEntry, values } from '../testing/plain-value.ts'
import type { ByteString } from '../../value.ts'
import { dumpValue, restoreValue } from './dump.ts'
import { RdbReader, type RdbRecord } from './reader.ts'
import { RdbWriter, type SavedEntry } from './writer.ts'

test('the CRC-64 is that of Jones, in whatever pieces bytes come', () => {
  expect(crc64(Buffer.from('123456789')).reverse().toString('hex')).toBe('e9c6d914c4b8d9ca')
})

describe('LZF', () => {
  const texts = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .array(fc.constantFrom('ab', 'abc', 'x', 'xxxxxxxxxx'), { maxLength: 400 })
      .map((all) => Buffer.from(all.join(''))),
  )

  test('gives back what was compressed', () => {
    fc.assert(
      fc.property(texts, (bytes) => {
        const compressed = compress(bytes, bytes.length * 2 + 10)
        expect(compressed === null ? null : [...decompress(compressed, bytes.length)]).toEqual([...bytes])
      }),
    )
  })

  test('makes what repeats itself shorter, also over longer distances than it can refer to', () => {
    const bytes = Buffer.from('one hundred bytes of something '.repeat(2000))
    expect(compress(bytes, bytes.length)?.length).toBeLessThan(bytes.length / 40)
    expect(compress(Buffer.from('abcdefghijklmnopqrstuvwxyz'), 20)).toBeNull()
  })

  test('refuses what is not LZF', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(1000), (bytes, size) => {
        try {
          expect(decompress(bytes, size).length).toBe(size)
        } catch (error) {
          expect(error).toBeInstanceOf(RedisFileError)
        }
      }),
    )
  })
})

describe('DUMP and RESTORE', () => {
  test('give back values of every kind', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, isCompressing) => {
        const restored = restoreValue(dumpValue(value, isCompressing))
        expect(plain(restored)).toEqual(plain(value))
      }),
      { numRuns: 300 },
    )
  })

  test('a payload with a byte changed is refused', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, where, mask) => {
        const bytes = Buffer.from(dumpValue(value), 'latin1')
        const place = where % bytes.length
        bytes.writeUInt8((bytes[place] ?? 0) ^ mask, place)
        expect(() => restoreValue(bytes.toString('latin1'))).toThrow(RedisFileError)
      }),
    )
  })

  test('a payload that is well summed but holds nonsense is refused with an error of its own, or is a value', () => {
    fc.assert(
      fc.property(
        values,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (value, changes) => {
          const body = Buffer.from(dumpValue(value, false), 'latin1').subarray(0, -8)
          for (const [where, byte] of changes) body.writeUInt8(byte, where % (body.length - 2))
          const payload = Buffer.concat([body, crc64(body)]).toString('latin1')
          try {
            dumpValue(restoreValue(payload))
          } catch (error) {
            expect(error).toBeInstanceOf(RedisFileError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('an RDB file', () => {
  const files = fc.record({
    databases: fc.array(fc.tuple(fc.nat(15), entries), { maxLength: 2 }),
    isChecked: fc.boolean(),
    cuts: fc.array(fc.nat(), { maxLength: 10 }),
  })

  test('reads back as what was written, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(files, ({ databases, isChecked, cuts }) => {
        const file = write(databases, isChecked)
        const records = read(split(file, cuts))
        expect(keysOf(records)).toEqual(
          databases.flatMap(([database, keys]) =>
            [...keys].map(([key, entry]) => [database, key, plainEntry(entry)]),
          ),
        )
        expect(records.at(-1)).toEqual({ kind: 'end' })
      }),
    )
  })

  test('cut short it is refused', () => {
    fc.assert(
      fc.property(files, fc.nat(), ({ databases }, where) => {
        const file = write(databases, true)
        expect(() => read([file.subarray(0, where % file.length)])).toThrow(RedisFileError)
      }),
      { numRuns: 50 },
    )
  })

  test('damaged it is refused with an error that names a place, whatever the damage', () => {
    fc.assert(
      fc.property(files, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ databases, cuts }, where, mask) => {
        const file = write(databases, true)
        const place = where % (file.length - 8)
        file.writeUInt8((file[place] ?? 0) ^ mask, place)
        try {
          read(split(file, cuts))
          expect.unreachable('read')
        } catch (error) {
          expect(error).toBeInstanceOf(RedisFileError)
          expect((error as RedisFileError).offset).toBeLessThanOrEqual(file.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a record that is longer than the bound is refused before its bytes are there', () => {
    const header = Buffer.concat([Buffer.from('REDIS0010'), Buffer.of(0, 1, 97, 0x80, 0x10, 0, 0, 0)])
    const reader = new RdbReader({ recordMax: 1000 })
    expect(() => [...reader.push(header)]).toThrow(/a record of \d+ bytes, wanted at most 1000/)
  })

  test('a value of a module is refused by name, and what modules keep beside keys is skipped', () => {
    const bytes = (...all: number[]): Buffer => Buffer.concat([Buffer.from('REDIS0009'), Buffer.of(...all)])
    expect(() => read([bytes(7, 1, 97)])).toThrow('got a value of a module')
    const beside = bytes(247, 0x81, 1, 2, 3, 4, 5, 6, 7, 8, 2, 2, 5, 1, 65, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0)
    expect(read([beside])).toEqual([{ kind: 'end' }])
  })
})

function write(
  databases: readonly (readonly [number, Map<ByteString, SavedEntry>])[],
  isChecked: boolean,
): Buffer {
  const writer = new RdbWriter({ isChecked })
  writer.aux('redis-ver', '7.0.15')
  const taken: Buffer[] = []
  for (const [database, keys] of databases) {
    writer.database(database, keys.size, 0)
    for (const [key, entry] of keys) writer.key(key, entry)
    taken.push(writer.take())
  }
  writer.end()
  return Buffer.concat([...taken, writer.take()])
}

function read(pieces: readonly Uint8Array[]): RdbRecord[] {
  const reader = new RdbReader()
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.finish()]
}

function keysOf(records: readonly RdbRecord[]): unknown[] {
  return records.flatMap((record) =>
    record.kind === 'key' ? [[record.database, record.key, plainEntry(record)]] : [],
  )
}

function split(file: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % file.length).sort((a, b) => a - b), file.length]
  return places.slice(1).map((place, index) => file.subarray(places[index], place))
}
