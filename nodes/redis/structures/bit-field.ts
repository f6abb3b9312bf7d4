// Whole numbers of any width up to 64 bits within byte strings, as BITFIELD reads and writes them.

import type { ByteString } from '../value.ts'
import { paddedTo } from './bits.ts'

/** The type of a number: `i5` is signed and of 5 bits, `u16` unsigned. */
export interface FieldType {
  readonly isSigned: boolean
  readonly bits: number
}

/** What to do with a number that does not fit. */
export type Overflow = 'WRAP' | 'SAT' | 'FAIL'

/** Reads `i1` to `i64` and `u1` to `u63`; undefined for anything else. */
export function parseFieldType(text: ByteString): FieldType | undefined {
  const [, sign, digits] = /^([iu])([1-9][0-9]?)$/.exec(text) ?? []
  const bits = Number(digits)
  if (digits === undefined || bits > (sign === 'i' ? 64 : 63)) return undefined
  return { isSigned: sign === 'i', bits }
}

/** The number at a bit offset; bits beyond the end are 0. */
export function readField(bytes: ByteString, offset: number, type: FieldType): bigint {
  const { value, excess } = windowOf(bytes, offset, type.bits)
  const raw = BigInt.asUintN(type.bits, value >> BigInt(excess))
  return type.isSigned ? BigInt.asIntN(type.bits, raw) : raw
}

/** The string with a number (of which the lowest bits count) at a bit offset, longer with zeros where needed. */
export function withField(bytes: ByteString, offset: number, bits: number, value: bigint): ByteString {
  const { first, last, value: window, excess } = windowOf(bytes, offset, bits)
  const mask = ((1n << BigInt(bits)) - 1n) << BigInt(excess)
  const changed = (window & ~mask) | (BigInt.asUintN(bits, value) << BigInt(excess))
  const padded = paddedTo(bytes, last + 1)
  let middle = ''
  for (let shift = (last - first) * 8; shift >= 0; shift -= 8) {
    middle += String.fromCharCode(Number((changed >> BigInt(shift)) & 0xffn))
  }
  return padded.slice(0, first) + middle + padded.slice(last + 1)
}

/** The bytes in which a field lies, as one number, and how many bits of it follow the field. */
function windowOf(bytes: ByteString, offset: number, bits: number) {
  const first = Math.floor(offset / 8)
  const last = Math.floor((offset + bits - 1) / 8)
  let value = 0n
  for (let at = first; at <= last; at++)
    value = (value << 8n) | BigInt(at < bytes.length ? bytes.charCodeAt(at) : 0)
  return { first, last, value, excess: (last + 1) * 8 - offset - bits }
}

/** A number made to fit its type: wrapped around, kept at the type's bounds, or undefined. */
export function fitted(value: bigint, { isSigned, bits }: FieldType, overflow: Overflow): bigint | undefined {
  const max = isSigned ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n
  const min = isSigned ? -max - 1n : 0n
  if (value >= min && value <= max) return value
  if (overflow === 'FAIL') return undefined
  if (overflow === 'SAT') return value < min ? min : max
  return isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
}
