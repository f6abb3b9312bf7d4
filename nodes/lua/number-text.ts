// Numbers as Lua writes them (C's %.14g) and reads them (C's strtod).

/** A number as `tostring` shows it. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return Object.is(value, -0) ? '-0' : String(value)
  return generalText(value, 14)
}

/** C's inf and nan; null for what is finite. NaN has the sign that x86 gives 0/0. */
export function unboundedText(value: number): string | null {
  if (Number.isNaN(value)) return '-nan'
  if (Number.isFinite(value)) return null
  return value > 0 ? 'inf' : '-inf'
}

/** C's `%.{precision}g`; with `keepsZeros` that of the flag #. */
export function generalText(value: number, precision: number, keepsZeros = false): string {
  const unbounded = unboundedText(value)
  if (unbounded !== null) return unbounded
  const digits = Math.max(1, precision)
  const [, exponent] = scientificParts(Math.abs(value), digits - 1)
  const text =
    exponent < -4 || exponent >= digits
      ? scientificText(value, digits - 1)
      : fixedText(value, digits - 1 - exponent)
  if (keepsZeros || !text.includes('.')) return text
  const [mantissa = '', tail] = text.split('e')
  const kept = mantissa.replace(/\.?0+$/, '')
  return tail === undefined ? kept : `${kept}e${tail}`
}

/** C's `%.{decimals}e`. */
export function scientificText(value: number, decimals: number): string {
  const unbounded = unboundedText(value)
  if (unbounded !== null) return unbounded
  const [digits, exponent] = scientificParts(Math.abs(value), decimals)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const fraction = decimals === 0 ? '' : `.${digits.slice(1)}`
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`
}

function scientificParts(value: number, decimals: number): readonly [digits: string, exponent: number] {
  const read = (text: string): readonly [string, number] => {
    const at = text.indexOf('e')
    return [text.slice(0, at).replace('.', ''), Number(text.slice(at + 1))]
  }
  const [exact, exponent] = read(value.toExponential(digitsMax))
  const kept = exact.slice(0, decimals + 1)
  // JavaScript rounds a tie up, C to even.
  const isTie = /^50*$/.test(exact.slice(decimals + 1))
  if (isTie && Number(kept.charAt(kept.length - 1)) % 2 === 0) return [kept, exponent]
  return read(value.toExponential(decimals))
}

/** What toExponential gives at most. */
const digitsMax = 100
const view = new DataView(new ArrayBuffer(8))

/** C's `%.{decimals}f`. */
export function fixedText(value: number, decimals: number): string {
  const unbounded = unboundedText(value)
  if (unbounded !== null) return unbounded
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 0x10000000000000n)
  const scaled = mantissa * BigInt(`1${'0'.repeat(decimals)}`)
  const shift = Math.max(biased, 1) - 1075
  const rounded = shift >= 0 ? scaled << BigInt(shift) : roundedToEven(scaled, BigInt(-shift))
  const digits = rounded.toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  const sign = bits >> 63n === 1n ? '-' : ''
  return sign + (decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`)
}

function roundedToEven(value: bigint, bits: bigint): bigint {
  const whole = value >> bits
  const rest = value - (whole << bits)
  const half = 1n << (bits - 1n)
  return rest < half || (rest === half && whole % 2n === 0n) ? whole : whole + 1n
}

/** Text as `tonumber` reads it: blanks around, decimal, hexadecimal, inf, nan. Undefined for what is no number. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(trimmed)) return Number(trimmed)
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (special !== null) {
    const isNan = special[2]?.toLowerCase() === 'nan'
    if (isNan) return Number.NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  return hexadecimal(trimmed)
}

/** Hexadecimal text with or without a fraction and a power of two; undefined for what is none. */
export function hexadecimal(text: string): number | undefined {
  const match = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]{1,4}))?$/i.exec(text)
  const digits = match === null ? '' : `${match[2]}${match[3]}`
  if (match === null || digits === '' || digits.length > 256) return undefined
  let value = Number(BigInt(`0x${digits}`))
  let shift = Number(match[4] ?? 0) - (match[3]?.length ?? 0) * 4
  for (; shift > 0 && value !== 0 && value !== Infinity; shift -= 1) value *= 2
  for (; shift < 0 && value !== 0; shift += 1) value /= 2
  return match[1] === '-' ? -value : value
}
