// The 80-bit floating point numbers in which Redis on x86-64 computes INCRBYFLOAT and HINCRBYFLOAT: 64 bits of mantissa.
// Whole numbers of any size do the arithmetic, so that sums end in the same digit as the real server's.

import type { ByteString } from '../value.ts'
import {
  type BinaryNumber,
  fixedBinaryText,
  parseDouble,
  powerOfTen,
  shiftedToEven,
  withoutDecimalZeros,
} from './number-text.ts'

/** A long double: an exact binary number of 64 bits, or an infinity. */
export type LongDouble = BinaryNumber | 'infinity' | '-infinity'

const mantissaBits = 64
/** The power of two of the last bit of the smallest number, and of the first bit above the largest. */
const exponentMin = -16445
const exponentEnd = 16384
/** 5 KiB, as in Redis. */
const textLengthMax = 5 * 1024

const decimal = /^([+-]?)(?=\.?[0-9])([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/

/** Text as strtold reads it, all of it and without spaces; undefined for what is no number or out of range. */
export function parseLongDouble(text: ByteString): LongDouble | undefined {
  if (text.length >= textLengthMax) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = decimal.exec(text) ?? []
  if (sign === undefined) return parseOther(text)
  const digits = BigInt(whole + fraction)
  if (digits === 0n) return { isNegative: sign === '-', mantissa: 0n, exponent: 0 }
  // Out of range long before; the bound keeps the powers of ten small.
  const exponent = Math.max(-20_000, Math.min(20_000, Number(power))) - fraction.length
  const value = exponent >= 0 ? wholeNumber(digits, exponent) : quotient(digits, -exponent)
  return value === undefined || value.mantissa === 0n ? undefined : { ...value, isNegative: sign === '-' }
}

/** Infinities and hexadecimal numbers. */
function parseOther(text: ByteString): LongDouble | undefined {
  const value = parseDouble(text)
  if (value === undefined) return undefined
  if (value === Infinity) return 'infinity'
  if (value === -Infinity) return '-infinity'
  return fromDouble(value)
}

function fromDouble(value: number): BinaryNumber {
  let mantissa = Math.abs(value)
  let exponent = 0
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    exponent--
  }
  return { isNegative: value < 0, mantissa: BigInt(mantissa), exponent }
}

function wholeNumber(digits: bigint, tens: number): BinaryNumber | undefined {
  return rounded(digits * powerOfTen(tens), 0)
}

function quotient(digits: bigint, tens: number): BinaryNumber | undefined {
  const divisor = powerOfTen(tens)
  const shift = Math.max(0, bitLength(divisor) - bitLength(digits) + mantissaBits + 2)
  const scaled = digits << BigInt(shift)
  // The lowest bit stands for everything that was cut off, so that a tie is one only when it is exact.
  const sticky = scaled % divisor === 0n ? 0n : 1n
  return rounded(((scaled / divisor) << 1n) | sticky, -shift - 1)
}

/** Rounds to 64 bits; undefined when it is too large. */
function rounded(mantissa: bigint, exponent: number): BinaryNumber | undefined {
  const excess = Math.max(bitLength(mantissa) - mantissaBits, exponentMin - exponent)
  if (excess <= 0) return { isNegative: false, mantissa, exponent }
  const value = { isNegative: false, mantissa: shiftedToEven(mantissa, excess), exponent: exponent + excess }
  return bitLength(value.mantissa) + value.exponent > exponentEnd ? undefined : value
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  const first = Number.parseInt(hex.charAt(0), 16)
  return value === 0n ? 0 : hex.length * 4 - Math.clz32(first) + 28
}

/** The sum, rounded to 64 bits; undefined for what is infinite or no number. */
export function addLongDoubles(first: LongDouble, second: LongDouble): LongDouble | undefined {
  if (typeof first === 'string' || typeof second === 'string') return undefined
  const exponent = Math.min(first.exponent, second.exponent)
  const sum = signed(first, exponent) + signed(second, exponent)
  const size = rounded(sum < 0n ? -sum : sum, exponent)
  if (size === undefined) return undefined
  const isNegative = sum === 0n ? first.isNegative && second.isNegative : sum < 0n
  return { ...size, isNegative }
}

function signed(value: BinaryNumber, exponent: number): bigint {
  const mantissa = value.mantissa << BigInt(value.exponent - exponent)
  return value.isNegative ? -mantissa : mantissa
}

/** Up to 17 decimals (%.17Lf) without the zeros at the end: how INCRBYFLOAT stores and answers. */
export function longDoubleText(value: LongDouble): ByteString {
  if (value === 'infinity') return 'inf'
  if (value === '-infinity') return '-inf'
  return withoutDecimalZeros(fixedBinaryText(value, 17))
}
