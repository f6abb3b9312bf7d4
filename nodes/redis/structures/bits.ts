// Bits of byte strings: bit 0 is the highest of the first byte.

import type { ByteString } from '../value.ts'

/** A bit; 0 beyond the end. */
export function bitAt(bytes: ByteString, offset: number): 0 | 1 {
  const at = Math.floor(offset / 8)
  if (at >= bytes.length) return 0
  return ((bytes.charCodeAt(at) >> (7 - (offset % 8))) & 1) === 1 ? 1 : 0
}

/** The string with a bit set or cleared, longer with zeros where needed. */
export function withBit(bytes: ByteString, offset: number, bit: 0 | 1): ByteString {
  const at = Math.floor(offset / 8)
  const mask = 0x80 >> (offset % 8)
  const padded = paddedTo(bytes, at + 1)
  const byte = bit === 1 ? padded.charCodeAt(at) | mask : padded.charCodeAt(at) & ~mask
  return padded.slice(0, at) + String.fromCharCode(byte) + padded.slice(at + 1)
}

/** At least so long, with zeros at the end. */
export function paddedTo(bytes: ByteString, length: number): ByteString {
  return bytes.length >= length ? bytes : bytes.padEnd(length, '\0')
}

/** How many bits are set in [from, to). */
export function countBits(bytes: ByteString, from: number, to: number): number {
  let count = 0
  const first = Math.ceil(from / 8)
  const last = Math.floor(to / 8)
  if (first > last) return countOne(bytes.charCodeAt(last), from % 8, to % 8)
  if (from % 8 !== 0) count += countOne(bytes.charCodeAt(first - 1), from % 8, 8)
  for (let at = first; at < last; at++) count += ones[bytes.charCodeAt(at)] as number
  if (to % 8 !== 0) count += countOne(bytes.charCodeAt(last), 0, to % 8)
  return count
}

const ones: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1
  return count
})

function countOne(byte: number, from: number, to: number): number {
  return ones[byte & (0xff >> from) & (0xff << (8 - to)) & 0xff] as number
}

/** The first bit of a value in [from, to), or -1. */
export function findBit(bytes: ByteString, bit: 0 | 1, from: number, to: number): number {
  const blank = bit === 1 ? 0 : 0xff
  for (let at = from; at < to;) {
    if (at % 8 === 0 && at + 8 <= to && bytes.charCodeAt(at / 8) === blank) at += 8
    else if (bitAt(bytes, at) === bit) return at
    else at++
  }
  return -1
}

/** How BITOP joins strings. */
export type BitOperation = 'AND' | 'OR' | 'XOR' | 'NOT'

/** Joins strings byte by byte, the shorter ones with zeros at their ends. NOT takes the first one only. */
export function joinBits(operation: BitOperation, sources: readonly ByteString[]): ByteString {
  const length = Math.max(0, ...sources.map((source) => source.length))
  const bytes = Buffer.alloc(length)
  const [first = '', ...rest] = sources
  bytes.write(first, 'latin1')
  if (operation === 'NOT') return inverted(bytes).toString('latin1')
  for (const source of rest) join(operation, bytes, Buffer.from(source, 'latin1'))
  return bytes.toString('latin1')
}

function inverted(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at++) bytes[at] = ~(bytes[at] as number)
  return bytes
}

function join(operation: 'AND' | 'OR' | 'XOR', into: Buffer, source: Buffer): void {
  for (let at = 0; at < into.length; at++) {
    const [first, second] = [into[at] as number, source[at] ?? 0]
    into[at] = operation === 'AND' ? first & second : operation === 'OR' ? first | second : first ^ second
  }
}
