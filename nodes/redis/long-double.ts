// Sums of C's long double on x86 (64 bits of mantissa), which INCRBYFLOAT and HINCRBYFLOAT are made of: read from decimal
// digits, rounded to even, added, and written with up to 17 digits after the point.

import type { ByteString } from './value.ts'

/** mantissa times two to the exponent. */
interface LongDouble {
  readonly mantissa: bigint
  readonly exponent: number
}

const precision = 64
/** Exponents beyond this are refused: Redis could hold them, but no reply of it that fits in its buffer. */
const exponentMax = 4000

/** The sum of two decimal numbers as Redis writes it; null where one is no finite number. */
export function addLongDoubles(first: ByteString, second: ByteString): string | null {
  const [a, b] = [parse(first), parse(second)]
  if (a === null || b === null) return null
  return format(add(a, b))
}

/** Whether a text is a finite decimal number in long double's bounds. */
export function isLongDouble(text: ByteString): boolean {
  return parse(text) !== null
}

function parse(text: ByteString): LongDouble | null {
  const match = /^([+-]?)([0-9]*)\.?([0-9]*)(?:e([+-]?[0-9]{1,6}))?$/i.exec(text)
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match ?? []
  if (match === null || whole + fraction === '' || text.length > 5000) return null
  const exponent = Number(exponentText) - fraction.length
  if (Math.abs(exponent) > exponentMax) return null
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n)
  const scale = powerOfTen(Math.abs(exponent))
  return exponent >= 0 ? round(digits * scale, 0) : divide(digits, scale)
}

/** A quotient with enough bits that rounding it once is right: what is left over counts as a last bit. */
function divide(dividend: bigint, divisor: bigint): LongDouble {
  const shift = Math.max(0, precision + 2 + bitLength(divisor) - bitLength(absolute(dividend)))
  const shifted = dividend << BigInt(shift)
  const quotient = absolute(shifted) / divisor
  const isExact = quotient * divisor === absolute(shifted)
  const sticky = (quotient << 1n) | (isExact ? 0n : 1n)
  return round(dividend < 0n ? -sticky : sticky, -shift - 1)
}

function add(a: LongDouble, b: LongDouble): LongDouble {
  const exponent = Math.min(a.exponent, b.exponent)
  const aligned = ({ mantissa, exponent: own }: LongDouble): bigint => mantissa << BigInt(own - exponent)
  return round(aligned(a) + aligned(b), exponent)
}

/** Rounds to 64 bits, to even where it is half way. */
function round(mantissa: bigint, exponent: number): LongDouble {
  const excess = bitLength(absolute(mantissa)) - precision
  if (excess <= 0) return { mantissa, exponent }
  const rounded = roundShift(absolute(mantissa), excess)
  return { mantissa: mantissa < 0n ? -rounded : rounded, exponent: exponent + excess }
}

function roundShift(value: bigint, bits: number): bigint {
  const half = 1n << BigInt(bits - 1)
  const rest = value & ((1n << BigInt(bits)) - 1n)
  const quotient = value >> BigInt(bits)
  return rest > half || (rest === half && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

/** C's `%.17Lf` without trailing zeros. */
function format({ mantissa, exponent }: LongDouble): string {
  const scaled = absolute(mantissa) * powerOfTen(17)
  const units = exponent >= 0 ? scaled << BigInt(exponent) : roundShift(scaled, -exponent)
  const digits = units.toString().padStart(18, '0')
  const text = `${digits.slice(0, -17)}.${digits.slice(-17)}`.replace(/\.?0+$/, '')
  return mantissa < 0n && text !== '0' ? `-${text}` : text
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

function powerOfTen(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`)
}
