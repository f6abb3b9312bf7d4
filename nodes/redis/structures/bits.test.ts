import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FieldType, fitted, parseFieldType, readField, withField } from './bit-field.ts'
import { bitAt, countBits, findBit, joinBits, withBit } from './bits.ts'

const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array).toString('latin1'))
const bit = fc.constantFrom<0 | 1>(0, 1)

/** A string as zeros and ones. */
function digits(text: string): string {
  return [...Buffer.from(text, 'latin1')].map((byte) => byte.toString(2).padStart(8, '0')).join('')
}

test('a bit is set, cleared and read where its number says', () => {
  fc.assert(
    fc.property(bytes, fc.nat(130), bit, (text, offset, value) => {
      const before = digits(text)
      const length = Math.max(before.length, (Math.floor(offset / 8) + 1) * 8)
      const padded = before.padEnd(length, '0')
      expect(bitAt(text, offset)).toBe(Number(before.charAt(offset) || '0'))
      expect(digits(withBit(text, offset, value))).toBe(
        padded.slice(0, offset) + value + padded.slice(offset + 1),
      )
    }),
  )
})

test('bits are counted and found within a range', () => {
  fc.assert(
    fc.property(bytes, fc.nat(96), fc.nat(96), bit, (text, one, other, value) => {
      const all = digits(text)
      const from = Math.min(one, other, all.length)
      const to = Math.min(Math.max(one, other), all.length)
      const part = all.slice(from, to)
      expect(countBits(text, from, to)).toBe(part.replaceAll('0', '').length)
      const found = part.indexOf(String(value))
      expect(findBit(text, value, from, to)).toBe(found < 0 ? -1 : found + from)
    }),
  )
})

test('strings are joined bit by bit', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (sources) => {
      const length = Math.max(...sources.map((source) => source.length)) * 8
      const columns = Array.from({ length }, (_, i) =>
        sources.map((source) => Number(digits(source).charAt(i) || '0')),
      )
      const expected = (join: (a: number, b: number) => number): string =>
        columns.map((column) => column.reduce(join)).join('')
      expect(digits(joinBits('AND', sources))).toBe(expected((a, b) => a & b))
      expect(digits(joinBits('OR', sources))).toBe(expected((a, b) => a | b))
      expect(digits(joinBits('XOR', sources))).toBe(expected((a, b) => a ^ b))
      const [first = ''] = sources
      expect(digits(joinBits('NOT', [first]))).toBe(
        digits(first).replaceAll(/./g, (c) => (c === '0' ? '1' : '0')),
      )
    }),
  )
})

const fieldType = fc.oneof(
  fc.integer({ min: 1, max: 64 }).map((bits): FieldType => ({ isSigned: true, bits })),
  fc.integer({ min: 1, max: 63 }).map((bits): FieldType => ({ isSigned: false, bits })),
)

test('a number is read where it was written, and nothing else changes', () => {
  fc.assert(
    fc.property(
      bytes,
      fc.nat(130),
      fieldType,
      fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
      (text, offset, type, value) => {
        const written = withField(text, offset, type.bits, value)
        const wrapped = fitted(value, type, 'WRAP')
        expect(readField(written, offset, type)).toBe(wrapped)
        const [before, after] = [digits(text).padEnd(written.length * 8, '0'), digits(written)]
        expect(after.slice(0, offset)).toBe(before.slice(0, offset))
        expect(after.slice(offset + type.bits)).toBe(before.slice(offset + type.bits))
      },
    ),
  )
})

test('what does not fit is wrapped, kept at the bounds or refused', () => {
  const [i8, u4] = [
    { isSigned: true, bits: 8 },
    { isSigned: false, bits: 4 },
  ]
  expect([fitted(127n, i8, 'FAIL'), fitted(128n, i8, 'FAIL'), fitted(-129n, i8, 'FAIL')]).toEqual([
    127n,
    undefined,
    undefined,
  ])
  expect([fitted(128n, i8, 'WRAP'), fitted(-129n, i8, 'WRAP'), fitted(17n, u4, 'WRAP')]).toEqual([
    -128n,
    127n,
    1n,
  ])
  expect([fitted(128n, i8, 'SAT'), fitted(-129n, i8, 'SAT'), fitted(-1n, u4, 'SAT')]).toEqual([
    127n,
    -128n,
    0n,
  ])
})

test('types are i1 to i64 and u1 to u63', () => {
  expect([parseFieldType('i64'), parseFieldType('u63')]).toEqual([
    { isSigned: true, bits: 64 },
    { isSigned: false, bits: 63 },
  ])
  for (const text of ['i0', 'u64', 'i65', 'x8', 'i', 'i08', 'I8', ' i8'])
    expect(parseFieldType(text)).toBeUndefined()
})
