// Numbers as Redis reads and writes them: 64-bit integers without sign tricks or blanks, doubles as C prints and scans them.

import { parseDouble as readDouble } from './structures/number-text.ts'
import type { ByteString } from './value.ts'

const longMax = 9_223_372_036_854_775_807n
const longMin = -9_223_372_036_854_775_808n

/** A 64-bit signed integer in its one canonical form (no blanks, no plus, no leading zeros); null for anything else. */
export function parseLong(text: ByteString): bigint | null {
  if (text.length > 20 || !/^(?:0|-?[1-9][0-9]*)$/.test(text)) return null
  const value = BigInt(text)
  return value >= longMin && value <= longMax ? value : null
}

/**
 * The same as a number: exact up to 2^53, beyond that the nearest one, which serves for counts, offsets and times that are
 * out of all bounds anyway.
 */
export function parseInteger(text: ByteString): number | null {
  const { length } = text
  if (length === 0 || length > 15) return wideInteger(text)
  let at = 0
  const isNegative = text.charCodeAt(0) === 45
  if (isNegative) at = 1
  const first = text.charCodeAt(at)
  if (first === 48) return length === 1 ? 0 : null
  let value = 0
  if (at === length) return null
  for (; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}

function wideInteger(text: ByteString): number | null {
  const value = parseLong(text)
  return value === null ? null : Number(value)
}

/** Whether a bigint fits in 64 bits with a sign. */
export function isLong(value: bigint): boolean {
  return value >= longMin && value <= longMax
}

/** A double as strtod reads it (`number-text.ts`); null for anything else. */
export function parseDouble(text: ByteString): number | null {
  return readDouble(text) ?? null
}
