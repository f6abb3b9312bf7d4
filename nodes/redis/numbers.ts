// Numbers as Redis reads and writes them: 64-bit integers without sign tricks or blanks, doubles as C prints and scans them.

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

/** A double as strtod reads it, whole: decimal, hexadecimal, inf, infinity. Null for NaN, blanks, and what is none. */
export function parseDouble(text: ByteString): number | null {
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text)) return Number(text)
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return hexadecimal(text)
}

function hexadecimal(text: ByteString): number | null {
  const match = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]{1,4}))?$/i.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  if (digits === '' || digits.length > 32) return null
  let value = Number(BigInt(`0x${digits}`))
  for (let shift = Number(exponent) - fraction.length * 4; shift !== 0; shift -= Math.sign(shift))
    value = shift > 0 ? value * 2 : value / 2
  return sign === '-' ? -value : value
}

/** A double as Redis 7.0 writes scores: C's `%.17g`. */
export function formatScore(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0' : `${value}`
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan'
  return formatGeneral(value, 17)
}

/** C's `%.{precision}g`. */
export function formatGeneral(value: number, precision: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential(precision - 1).split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < precision)
    return withoutZeros(value.toFixed(Math.min(100, precision - 1 - exponent)))
  const digits = `${Math.abs(exponent)}`.padStart(2, '0')
  return `${withoutZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${digits}`
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
