// string.format: C's printf for %c %d %i %o %u %x %X %e %E %f %g %G %q %s.

import type { Arguments } from '../arguments.ts'
import { fixedText, generalText, scientificText, unboundedText } from '../number-text.ts'

interface Directive {
  readonly flags: string
  readonly width: number
  /** -1 where none was given. */
  readonly precision: number
}

const directive = /^([-+ #0]*)([0-9]*)(?:\.([0-9]*))?/

/** Formats as the first argument says. */
export function format(args: Arguments): string {
  const text = args.string(1)
  const parts: string[] = []
  let place = 1
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('%', at)
    if (next < 0) {
      parts.push(text.slice(at))
      break
    }
    parts.push(text.slice(at, next))
    if (text.charAt(next + 1) === '%') {
      parts.push('%')
      at = next + 2
      continue
    }
    const { spec, end } = readDirective(args, text, next + 1)
    place += 1
    if (place > args.count) throw args.wrong(place, 'no value')
    const part = converted(args, place, text.charAt(end), spec)
    args.machine.meter.string(part.length)
    parts.push(part)
    at = end + 1
  }
  return parts.join('')
}

function readDirective(
  args: Arguments,
  text: string,
  start: number,
): { readonly spec: Directive; readonly end: number } {
  const [all = '', flags = '', width = '', precision] = directive.exec(text.slice(start, start + 40)) ?? []
  if (flags.length > 5) throw args.machine.error('invalid format (repeated flags)')
  if (width.length > 2 || (precision ?? '').length > 2)
    throw args.machine.error('invalid format (width or precision too long)')
  const spec = {
    flags,
    width: Number(width),
    precision: precision === undefined ? -1 : Number(precision),
  }
  return { spec, end: start + all.length }
}

function converted(args: Arguments, place: number, letter: string, spec: Directive): string {
  switch (letter) {
    case 'c':
      return padded(String.fromCharCode(args.integer(place) & 255), spec)
    case 'd':
    case 'i':
      return whole(args.integer(place), spec)
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return unsigned(args.integer(place), letter, spec)
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return real(args.number(place), letter, spec)
    case 'q':
      return quoted(args.string(place))
    case 's': {
      const text = args.string(place)
      return padded(spec.precision < 0 ? text : text.slice(0, spec.precision), spec)
    }
    default:
      throw args.machine.error(`invalid option '%${letter}' to 'format'`)
  }
}

function padded(text: string, { flags, width }: Directive): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width)
}

/** Sign, zeros up to the width where the flag 0 says so, digits. */
function signed(sign: string, digits: string, spec: Directive, mayFill: boolean): string {
  if (mayFill && spec.flags.includes('0') && !spec.flags.includes('-'))
    return sign + digits.padStart(spec.width - sign.length, '0')
  return padded(sign + digits, spec)
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return '-'
  if (flags.includes('+')) return '+'
  return flags.includes(' ') ? ' ' : ''
}

function whole(value: number, spec: Directive): string {
  const wide = BigInt.asIntN(64, BigInt(value))
  const digits = String(wide < 0n ? -wide : wide).padStart(spec.precision, '0')
  const shown = spec.precision === 0 && wide === 0n ? '' : digits
  return signed(signOf(wide < 0n, spec.flags), shown, spec, spec.precision < 0)
}

function unsigned(value: number, letter: string, spec: Directive): string {
  const wide = BigInt.asUintN(64, BigInt(value))
  const base = letter === 'u' ? 10 : letter === 'o' ? 8 : 16
  let digits = wide.toString(base).padStart(spec.precision, '0')
  if (spec.precision === 0 && wide === 0n) digits = ''
  const hasPrefix = spec.flags.includes('#') && wide !== 0n
  if (hasPrefix && base === 8 && !digits.startsWith('0')) digits = `0${digits}`
  const text = signed(hasPrefix && base === 16 ? '0x' : '', digits, spec, spec.precision < 0)
  return letter === 'X' ? text.toUpperCase() : text
}

function real(value: number, letter: string, spec: Directive): string {
  const isNegative = value < 0 || Object.is(value, -0) || Number.isNaN(value)
  const size = Math.abs(value)
  const precision = spec.precision < 0 ? 6 : spec.precision
  const unbounded = unboundedText(size)
  const kind = letter.toLowerCase()
  let digits = unbounded?.replace('-', '') ?? ''
  if (unbounded === null) {
    if (kind === 'f') digits = fixedText(size, precision)
    else if (kind === 'e') digits = scientificText(size, precision)
    else digits = generalText(size, precision, spec.flags.includes('#'))
  }
  const text = signed(signOf(isNegative, spec.flags), digits, spec, unbounded === null)
  return letter === kind ? text : text.toUpperCase()
}

/** A string as Lua would read it. */
function quoted(text: string): string {
  const inner = text.replaceAll(/["\\\n\r\0]/g, (char) =>
    char === '\r' ? '\\r' : char === '\0' ? '\\000' : `\\${char}`,
  )
  return `"${inner}"`
}
