// MurmurHash64A (Austin Appleby, public domain) as Redis uses it for HyperLogLog, on 32-bit halves: no bigint.

import type { ByteString } from '../value.ts'

/** A hash of 64 bits in two halves, each of 32 bits without a sign. */
export interface Hash64 {
  low: number
  high: number
}

const mLow = 0x5bd1e995
const mHigh = 0xc6a4a793
const seed = 0xadc83b19
const r = 47

/** The hash of bytes, written to `into`. */
export function murmurHash64(bytes: ByteString, into: Hash64): void {
  const length = bytes.length
  multiply(into, length, 0)
  into.low = (into.low ^ seed) >>> 0
  const word: Hash64 = { low: 0, high: 0 }
  const end = length - (length % 8)
  for (let i = 0; i < end; i += 8) {
    multiply(word, bytes4(bytes, i, 4), bytes4(bytes, i + 4, 4))
    shiftXor(word)
    multiply(word, word.low, word.high)
    multiply(into, into.low ^ word.low, into.high ^ word.high)
  }
  if (end < length) {
    const low = bytes4(bytes, end, Math.min(4, length - end))
    const high = bytes4(bytes, end + 4, Math.max(0, length - end - 4))
    multiply(into, into.low ^ low, into.high ^ high)
  }
  shiftXor(into)
  multiply(into, into.low, into.high)
  shiftXor(into)
}

function bytes4(bytes: ByteString, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) value |= bytes.charCodeAt(at + i) << (8 * i)
  return value >>> 0
}

/** into = (high, low) × m, modulo 2^64. */
function multiply(into: Hash64, low: number, high: number): void {
  const a0 = low & 0xffff
  const a1 = (low >>> 16) & 0xffff
  const m0 = mLow & 0xffff
  const m1 = mLow >>> 16
  const p0 = a0 * m0
  const middle = a1 * m0 + (p0 >>> 16)
  const cross = a0 * m1 + (middle & 0xffff)
  const carry = a1 * m1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)
  into.low = ((cross << 16) | (p0 & 0xffff)) >>> 0
  into.high = ((carry >>> 0) + Math.imul(high, mLow) + Math.imul(low, mHigh)) >>> 0
}

/** into ^= into >> 47. */
function shiftXor(into: Hash64): void {
  into.low = (into.low ^ (into.high >>> (r - 32))) >>> 0
}
