// Numbers as Redis writes and reads them: doubles with 17 significant digits (C's %.17g) or a fixed number of decimals
// (%.4f), and text to double as C's strtod reads it. JavaScript rounds ties up where C rounds them to even, and changes to
// exponents elsewhere, hence this file. Long doubles are in long-double.ts.

import type { ByteString } from '../value.ts'

const significantDigits = 17

/** A double as C's %.17g writes it: `3`, `1.1000000000000001`, `1e+17`, `inf`, `-inf`, `-0`, `nan`. */
export function doubleText(value: number): ByteString {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value)
  if (!Number.isFinite(value)) return unboundedText(value)
  const { digits, exponent } = roundedDigits(Math.abs(value))
  const text =
    exponent < -4 || exponent >= significantDigits
      ? scientificText(digits, exponent)
      : plainText(digits, exponent)
  return value < 0 ? `-${text}` : text
}

function unboundedText(value: number): ByteString {
  if (Number.isNaN(value)) return 'nan'
  return value > 0 ? 'inf' : '-inf'
}

interface RoundedDigits {
  /** 17 digits. */
  readonly digits: string
  /** The power of ten of the first one. */
  readonly exponent: number
}

function roundedDigits(value: number): RoundedDigits {
  const [digits, exponent] = scientific(value, significantDigits + 3)
  if (digits.slice(significantDigits) !== '500') return shortened(value)
  // Perhaps a tie, which C rounds to even.
  const [exact] = scientific(value, 100)
  const kept = exact.slice(0, significantDigits)
  const isTie = /^50*$/.test(exact.slice(significantDigits))
  const isEven = kept.charCodeAt(significantDigits - 1) % 2 === 0
  return isTie && isEven ? { digits: kept, exponent } : shortened(value)
}

function shortened(value: number): RoundedDigits {
  const [digits, exponent] = scientific(value, significantDigits)
  return { digits, exponent }
}

function scientific(value: number, count: number): readonly [digits: string, exponent: number] {
  const text = value.toExponential(count - 1)
  const at = text.indexOf('e')
  return [text.charAt(0) + text.slice(2, at), Number(text.slice(at + 1))]
}

function scientificText(digits: string, exponent: number): string {
  const fraction = withoutZeros(digits.slice(1))
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits.charAt(0)}${fraction === '' ? '' : `.${fraction}`}e${exponent < 0 ? '-' : '+'}${size}`
}

function plainText(digits: string, exponent: number): string {
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1)
  const rest = exponent < 0 ? '0'.repeat(-exponent - 1) + digits : digits.slice(exponent + 1)
  const fraction = withoutZeros(rest)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

function withoutZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charAt(end - 1) === '0') end--
  return digits.slice(0, end)
}

/** A finite double with so many decimals, ties to even, as C's %.4f writes it. */
export function fixedText(value: number, decimals: number): ByteString {
  const { mantissa, exponent } = parts(value)
  const isNegative = value < 0 || Object.is(value, -0)
  return fixedBinaryText({ isNegative, mantissa, exponent }, decimals)
}

/** A finite double with up to 17 decimals and no zeros at the end, which is how Redis writes coordinates. */
export function humanText(value: number): ByteString {
  return withoutDecimalZeros(fixedText(value, 17))
}

/** A number's exact value: mantissa × 2^exponent. */
export interface BinaryNumber {
  readonly isNegative: boolean
  readonly mantissa: bigint
  readonly exponent: number
}

/** A binary number with so many decimals, ties to even. */
export function fixedBinaryText(value: BinaryNumber, decimals: number): ByteString {
  const scaled = value.mantissa * powerOfTen(decimals)
  const rounded =
    value.exponent >= 0 ? scaled << BigInt(value.exponent) : shiftedToEven(scaled, -value.exponent)
  const digits = rounded.toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return value.isNegative ? `-${text}` : text
}

/** Takes away zeros after the point, the point itself if nothing follows, and the sign of a zero. */
export function withoutDecimalZeros(text: string): ByteString {
  if (!text.includes('.')) return text
  let end = text.length
  while (text.charAt(end - 1) === '0') end--
  if (text.charAt(end - 1) === '.') end--
  const shortened = text.slice(0, end)
  return shortened === '-0' ? '0' : shortened
}

/** value / 2^bits, rounded to the nearest whole number, ties to even. */
export function shiftedToEven(value: bigint, bits: number): bigint {
  if (bits <= 0) return value << BigInt(-bits)
  const size = BigInt(bits)
  const whole = value >> size
  const rest = value - (whole << size)
  const half = 1n << (size - 1n)
  if (rest < half || (rest === half && whole % 2n === 0n)) return whole
  return whole + 1n
}

/** 10^exponent. */
export function powerOfTen(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`)
}

const doubleView = new DataView(new ArrayBuffer(8))

function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  doubleView.setFloat64(0, value)
  const bits = doubleView.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 }
}

const fewDigits = /^[0-9]{1,15}$/
const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?$/
const infinite = /^([+-]?)inf(?:inity)?$/i

/**
 * Text as strtod reads it (decimal, hexadecimal, `inf`, `-infinity`), all of it and without spaces; undefined for
 * anything else, for what is not a number and for what is too large or too small for a double.
 */
export function parseDouble(text: ByteString): number | undefined {
  if (fewDigits.test(text)) return Number(text)
  if (decimal.test(text)) return inRange(Number(text), /[1-9]/.test(text.replace(/[eE].*$/, '')))
  const sign = infinite.exec(text)?.[1]
  if (sign !== undefined) return sign === '-' ? -Infinity : Infinity
  return parseHexadecimal(text)
}

/**
 * The same for the bounds of ranges, which Redis reads less strictly: blanks in front are skipped, nothing at all is 0, what
 * is too large is infinite.
 */
export function parseBound(text: ByteString): number | undefined {
  const trimmed = text.replace(/^[ \t-\r]+/, '')
  if (text === '') return 0
  return decimal.test(trimmed) ? Number(trimmed) : parseDouble(trimmed)
}

function inRange(value: number, hasDigits: boolean): number | undefined {
  return Number.isFinite(value) && (value !== 0 || !hasDigits) ? value : undefined
}

function parseHexadecimal(text: ByteString): number | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = hexadecimal.exec(text) ?? []
  if (sign === undefined || whole + fraction === '' || text.length > 100) return undefined
  const mantissa = BigInt(`0x${whole}${fraction}`)
  const value = scaled(mantissa, Math.max(-9999, Math.min(9999, Number(power))) - 4 * fraction.length)
  return inRange(sign === '-' ? -value : value, mantissa !== 0n)
}

/** mantissa × 2^exponent, in steps that each are exact except the last. */
function scaled(mantissa: bigint, exponent: number): number {
  const bits = mantissa.toString(2).length
  if (bits + exponent > 1024) return mantissa === 0n ? 0 : Infinity
  const kept = Math.min(53, bits + exponent + 1074)
  if (kept < 0) return 0
  let value = Number(shiftedToEven(mantissa, bits - kept))
  let rest = exponent + bits - kept
  for (; rest > 0; rest--) value *= 2
  for (; rest < 0; rest++) value /= 2
  return value
}
