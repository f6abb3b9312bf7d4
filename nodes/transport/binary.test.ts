import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BinaryError, BinaryReader, BinaryWriter, type Endianness } from './index.ts'

type Value =
  | readonly ['u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'f64', number, Endianness]
  | readonly ['u64' | 'i64', bigint, Endianness]
  | readonly ['varint', number]
  | readonly ['bytes', Uint8Array]
  | readonly ['text', string]

const order = fc.constantFrom<Endianness>('big', 'little')
const whole = (kind: 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32', min: number, max: number) =>
  fc.tuple(fc.constant(kind), fc.integer({ min, max }), order)

const value: fc.Arbitrary<Value> = fc.oneof(
  whole('u8', 0, 0xff),
  whole('u16', 0, 0xffff),
  whole('u32', 0, 0xffff_ffff),
  whole('i8', -0x80, 0x7f),
  whole('i16', -0x8000, 0x7fff),
  whole('i32', -0x8000_0000, 0x7fff_ffff),
  fc.tuple(fc.constant('f64' as const), fc.double(), order),
  fc.tuple(fc.constant('u64' as const), fc.bigInt(0n, 2n ** 64n - 1n), order),
  fc.tuple(fc.constant('i64' as const), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), order),
  fc.tuple(fc.constant('varint' as const), fc.maxSafeNat()),
  fc.tuple(fc.constant('bytes' as const), fc.uint8Array({ maxLength: 300 })),
  fc.tuple(fc.constant('text' as const), fc.string({ unit: 'grapheme' })),
)

function write(writer: BinaryWriter, [kind, what, bytesOrder]: Value): void {
  switch (kind) {
    case 'u64':
    case 'i64':
      writer[kind](what, bytesOrder)
      break
    case 'varint':
      writer.varint(what)
      break
    case 'bytes':
      writer.bytes(what)
      break
    case 'text':
      writer.text(what)
      break
    case 'u8':
    case 'i8':
      writer[kind](what)
      break
    default:
      writer[kind](what, bytesOrder)
  }
}

function read(reader: BinaryReader, [kind, what, bytesOrder]: Value): unknown {
  switch (kind) {
    case 'varint':
      return reader.varint()
    case 'bytes':
      return reader.bytes(what.length)
    case 'text':
      return reader.text(new TextEncoder().encode(what).length)
    default:
      return reader[kind](bytesOrder)
  }
}

describe('binary values', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const writer = new BinaryWriter()
        for (const each of values) write(writer, each)
        const bytes = writer.finish()
        expect(bytes).toHaveLength(writer.length)
        const reader = new BinaryReader(bytes)
        for (const each of values) expect(read(reader, each)).toEqual(each[1])
        reader.end()
      }),
    )
  })

  test('cut off anywhere are an error that says where, and nothing is read', () => {
    fc.assert(
      fc.property(value, fc.nat(), (each, at) => {
        const writer = new BinaryWriter().u8(7)
        write(writer, each)
        const bytes = writer.finish()
        fc.pre(bytes.length > 1)
        const reader = new BinaryReader(bytes.subarray(0, 1 + (at % (bytes.length - 1))))
        reader.u8()
        expect(() => read(reader, each)).toThrow(BinaryError)
        expect(reader.offset).toBe(1)
      }),
    )
  })

  test('stand in the order of bytes that was asked for', () => {
    const written = new BinaryWriter().u16(0x0102).u32(0x0304_0506, 'little').varint(300).finish()
    expect([...written]).toEqual([1, 2, 6, 5, 4, 3, 0xac, 2])
  })
})

describe('what does not fit is refused', () => {
  test('by the writer: out of the range of its field, no whole number, more than the bound', () => {
    expect(() => new BinaryWriter().u8(256)).toThrow('at byte 0: got 256, wanted 0 to 255')
    expect(() => new BinaryWriter().u16(0).i8(-129)).toThrow('at byte 2: got -129, wanted -128 to 127')
    expect(() => new BinaryWriter().u32(1.5)).toThrow('a whole number')
    expect(() => new BinaryWriter().u64(-1n)).toThrow(BinaryError)
    expect(() => new BinaryWriter().varint(2 ** 53)).toThrow(BinaryError)
    expect(() => new BinaryWriter(4).bytes(new Uint8Array(5))).toThrow('at most 4')
  })

  test('by the reader: a length that is none, text that is none, a number that is too long or not in its shortest form', () => {
    const reader = new BinaryReader(new Uint8Array([0x80, 0, 0xff]))
    expect(() => reader.bytes(-1)).toThrow('a length of at least 0')
    expect(() => reader.bytes(Number.NaN)).toThrow(BinaryError)
    expect(() => reader.varint()).toThrow('shortest')
    expect(reader.offset).toBe(0)
    reader.bytes(2)
    expect(() => reader.text(1)).toThrow('at byte 2: got 1 bytes that are no UTF-8')
    expect(() => reader.end()).toThrow('got 1 more bytes, wanted the end')
    expect(() => new BinaryReader(new Uint8Array(9).fill(0xff)).varint()).toThrow('53 bits')
    expect(() =>
      new BinaryReader(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])).varint(),
    ).toThrow('53 bits')
  })
})
