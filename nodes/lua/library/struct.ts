// struct: numbers and texts as packed bytes, as Redis has it. Sizes are those of 64-bit Linux; little-endian unless `>`.

import { type Arguments, install, type Library } from '../arguments.ts'
import { type Machine, toNumber } from '../machine.ts'
import type { LuaValue } from '../value.ts'

const alignmentMax = 8
const integerMax = 32
const sizeMax = 0x7fff_ffff

/** Installs `struct`. */
export function installStruct(machine: Machine): void {
  machine.globals.put('struct', install(machine, machine.table(), functions))
}

/** A format that is being read. */
class Format {
  readonly #args: Arguments
  readonly #text: string
  #at = 0
  isBig = false
  #alignment = 1

  constructor(args: Arguments) {
    this.#args = args
    this.#text = args.string(1)
  }

  /** The next option and how many bytes it takes; undefined at the end. */
  next(): { readonly letter: string; readonly size: number } | undefined {
    const letter = this.#text.charAt(this.#at)
    if (letter === '' || letter === '\0') return undefined
    this.#at += 1
    this.#args.machine.meter.step()
    return { letter, size: this.#size(letter) }
  }

  #size(letter: string): number {
    const fixed = fixedSizes.get(letter)
    if (fixed !== undefined) return fixed
    if (letter === 'c') return this.#count(1)
    if (letter !== 'i' && letter !== 'I') return 0
    const size = this.#count(4)
    if (size > integerMax)
      throw this.#args.machine.error(`integral size ${size} is larger than limit of ${integerMax}`)
    return size
  }

  #count(otherwise: number): number {
    let digits = ''
    for (; /[0-9]/.test(this.#text.charAt(this.#at)); this.#at += 1) digits += this.#text.charAt(this.#at)
    if (digits === '') return otherwise
    if (Number(digits) > sizeMax) throw this.#args.machine.error('integral size overflow')
    return Number(digits)
  }

  /** Bytes between a place and the next one at which an option may stand. */
  gap(place: number, letter: string, size: number): number {
    if (size === 0 || letter === 'c') return 0
    const step = Math.min(size, this.#alignment)
    return (step - (place & (step - 1))) & (step - 1)
  }

  /** What changes how others are read. */
  control(letter: string): void {
    if (letter === '>' || letter === '<') this.isBig = letter === '>'
    else if (letter === '!') {
      const alignment = this.#count(alignmentMax)
      if (alignment === 0 || (alignment & (alignment - 1)) !== 0)
        throw this.#args.machine.error(`alignment ${alignment} is not a power of 2`)
      this.#alignment = alignment
    } else if (letter !== ' ') throw this.#args.wrong(1, `invalid format option '${letter}'`)
  }
}

const fixedSizes: ReadonlyMap<string, number> = new Map([
  ...(['b', 'B', 'x'] as const).map((letter) => [letter, 1] as const),
  ...(['h', 'H'] as const).map((letter) => [letter, 2] as const),
  ...(['l', 'L', 'T', 'd'] as const).map((letter) => [letter, 8] as const),
  ['f', 4],
])
const integers = 'bBhHlLTiI'
const signedIntegers = 'bhli'

const functions: Library = {
  pack: (args) => [pack(args)],
  unpack: (args) => unpack(args),
  size: (args) => {
    const format = new Format(args)
    let place = 0
    for (let option = format.next(); option !== undefined; option = format.next()) {
      const { letter, size } = option
      const isOpen = letter === 's' || (letter === 'c' && size === 0)
      if (isOpen) throw args.wrong(1, `option '${letter === 's' ? 's' : 'c0'}' has no fixed size`)
      if (!/[0-9A-Za-z]/.test(letter)) format.control(letter)
      place += format.gap(place, letter, size) + size
      if (place > sizeMax) throw args.wrong(1, 'size overflow')
    }
    return [place]
  },
}

function pack(args: Arguments): string {
  const format = new Format(args)
  let packed = ''
  let place = 2
  // One more value, nil, stands after the last.
  args.values.push(undefined)
  for (let option = format.next(); option !== undefined; option = format.next()) {
    const { letter, size } = option
    packed += '\0'.repeat(format.gap(packed.length, letter, size))
    args.machine.meter.string(size)
    if (letter === 'x') packed += '\0'
    else if (integers.includes(letter)) packed += integerBytes(args.number(place++), size, format.isBig)
    else if (letter === 'f' || letter === 'd') packed += realBytes(args.number(place++), size, format.isBig)
    else if (letter === 's' || letter === 'c') {
      const text = args.string(place++)
      const length = size === 0 ? text.length : size
      if (text.length < length) throw args.wrong(place, 'string too short')
      args.machine.meter.string(length)
      packed += text.slice(0, length) + (letter === 's' ? '\0' : '')
    } else format.control(letter)
  }
  return packed
}

/** A number as C casts it to 64 bits. */
function bitsOf(value: number): bigint {
  if (Number.isNaN(value) || value < -9_223_372_036_854_775_808) return 1n << 63n
  if (value >= 18_446_744_073_709_551_616) return 0n
  return BigInt.asUintN(64, BigInt(Math.trunc(value)))
}

function integerBytes(value: number, size: number, isBig: boolean): string {
  let rest = bitsOf(value)
  const bytes: number[] = []
  for (let at = 0; at < size; at += 1) {
    bytes.push(Number(rest & 0xffn))
    rest >>= 8n
  }
  return String.fromCharCode(...(isBig ? bytes.reverse() : bytes))
}

function realBytes(value: number, size: number, isBig: boolean): string {
  const view = new DataView(new ArrayBuffer(8))
  if (size === 4) view.setFloat32(0, value, !isBig)
  else view.setFloat64(0, value, !isBig)
  return String.fromCharCode(...new Uint8Array(view.buffer, 0, size))
}

function unpack(args: Arguments): LuaValue[] {
  const format = new Format(args)
  const data = args.string(2)
  const first = args.integer(3, 1)
  if (first === 0) throw args.wrong(3, 'offset must be 1 or greater')
  let place = first < 0 ? Number.MAX_SAFE_INTEGER : first - 1
  const values: LuaValue[] = []
  const demand = (size: number): void => {
    if (size < 0 || place + size > data.length) throw args.wrong(2, 'data string too short')
  }
  for (let option = format.next(); option !== undefined; option = format.next()) {
    const { letter } = option
    let { size } = option
    place += format.gap(place, letter, size)
    demand(size)
    if (letter === 's') {
      const end = data.indexOf('\0', place)
      if (end < 0) throw args.machine.error('unfinished string in data')
      values.push(data.slice(place, end))
      size = end - place + 1
    } else if (letter === 'c') {
      if (size === 0) {
        const before = toNumber(values.pop())
        if (before === undefined) throw args.machine.error("format 'c0' needs a previous size")
        size = Math.trunc(before)
        demand(size)
      }
      values.push(data.slice(place, place + size))
    } else if (integers.includes(letter))
      values.push(integerOf(data.slice(place, place + size), format.isBig, signedIntegers.includes(letter)))
    else if (letter === 'f' || letter === 'd')
      values.push(realOf(data.slice(place, place + size), format.isBig))
    else if (letter !== 'x') format.control(letter)
    place += size
  }
  return [...values, place + 1]
}

/** Bytes as a number: of more than 64 bits the lower ones. */
function integerOf(bytes: string, isBig: boolean, isSigned: boolean): number {
  let bits = 0n
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = BigInt(bytes.charCodeAt(isBig ? at : bytes.length - 1 - at))
    bits = BigInt.asUintN(64, (bits << 8n) | byte)
  }
  if (!isSigned || bytes.length === 0) return Number(bits)
  const mask = BigInt.asUintN(64, -1n << BigInt((bytes.length * 8 - 1) & 63))
  return Number(BigInt.asIntN(64, (bits & mask) === 0n ? bits : bits | mask))
}

function realOf(bytes: string, isBig: boolean): number {
  const view = new DataView(Uint8Array.from(bytes, (char) => char.charCodeAt(0)).buffer)
  return bytes.length === 4 ? view.getFloat32(0, !isBig) : view.getFloat64(0, !isBig)
}
