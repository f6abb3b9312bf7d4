// Listpacks: Redis's compact lists of strings and integers, in which small hashes, sorted sets, lists and stream nodes are
// stored (antirez/listpack, listpack.md).
//
//   total bytes (4) | number of elements (2, 65,535: count them) | element… | 255
//   an element: encoding and data | the length of those, backwards (1 to 5 bytes, 7 bits each, last byte first)

import { ByteSink } from '../bytes/byte-sink.ts'
import { ByteSource } from '../bytes/byte-source.ts'
import { integerOf, smallIntegerOf } from '../bytes/integers.ts'
import type { ByteString } from '../../value.ts'

const end = 255
const countUnknown = 65_535

/** The elements of a listpack. Throws a RedisFileError; its offset counts from `offset`. */
export function readListpack(bytes: Uint8Array, offset: number = 0): ByteString[] {
  const source = new ByteSource(bytes, { offset })
  const size = source.uint32()
  if (size !== bytes.length) throw source.wrong(`a listpack of ${size} bytes`, `${bytes.length}`, 0)
  const count = source.uint16()
  const elements: ByteString[] = []
  while (source.peek() !== end) elements.push(readElement(source))
  source.skip(1)
  if (source.left > 0) throw source.wrong(`${source.left} bytes after the end`, 'none')
  if (count !== countUnknown && count !== elements.length)
    throw source.wrong(`${elements.length} elements`, `${count}`, 4)
  return elements
}

function readElement(source: ByteSource): ByteString {
  const start = source.place
  const text = readData(source)
  const length = source.place - start
  const backLength = backLengthSize(length)
  let told = 0
  for (let place = 0; place < backLength; place++) {
    const byte = source.byte()
    if (place > 0 !== byte >= 128)
      throw source.wrong('a broken backward length', `${length}`, source.place - 1)
    told = told * 128 + (byte & 127)
  }
  if (told !== length) throw source.wrong(`a backward length of ${told}`, `${length}`, start)
  return text
}

function readData(source: ByteSource): ByteString {
  const first = source.byte()
  if (first < 0x80) return String(first)
  if (first < 0xc0) return source.text(first & 0x3f)
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | source.byte()
    return String(value >= 4096 ? value - 8192 : value)
  }
  if (first < 0xf0) return source.text(((first & 0x0f) << 8) | source.byte())
  switch (first) {
    case 0xf0:
      return source.text(source.uint32())
    case 0xf1:
      return String(source.int16())
    case 0xf2:
      return String(source.int24())
    case 0xf3:
      return String(source.int32())
    case 0xf4:
      return String(source.int64())
    default:
      throw source.wrong(`encoding ${first}`, 'an encoding of listpacks', source.place - 1)
  }
}

/** Writes a listpack. */
export class ListpackWriter {
  readonly #sink = new ByteSink()
  #count = 0

  constructor() {
    this.clear()
  }

  /** How many bytes it would be now. */
  get size(): number {
    return this.#sink.length + 1
  }

  get count(): number {
    return this.#count
  }

  clear(): void {
    this.#count = 0
    this.#sink.clear()
    this.#sink.uint32(0)
    this.#sink.uint16(0)
  }

  /** Adds an element. What is the text of a 64-bit number is stored as one. */
  push(text: ByteString): void {
    const start = this.#sink.length
    const small = smallIntegerOf(text)
    if (small === null) this.#long(text)
    else this.#integer(small)
    this.#finish(start)
  }

  /** Adds a number of at most 32 bits. */
  pushNumber(value: number): void {
    const start = this.#sink.length
    this.#integer(value)
    this.#finish(start)
  }

  /** The listpack; the writer is empty again. */
  take(): Buffer {
    this.#sink.byte(end)
    this.#sink.patchUint32(0, this.#sink.length)
    this.#sink.patchUint16(4, Math.min(this.#count, countUnknown))
    const bytes = this.#sink.take()
    this.clear()
    return bytes
  }

  #finish(start: number): void {
    writeBackLength(this.#sink, this.#sink.length - start)
    this.#count++
  }

  #integer(value: number): void {
    const sink = this.#sink
    if (value >= 0 && value < 128) sink.byte(value)
    else if (value >= -4096 && value < 4096) {
      const bits = value & 8191
      sink.byte(0xc0 | (bits >> 8))
      sink.byte(bits & 255)
    } else if (value >= -32_768 && value < 32_768) {
      sink.byte(0xf1)
      sink.int16(value)
    } else if (value >= -8_388_608 && value < 8_388_608) {
      sink.byte(0xf2)
      sink.int24(value)
    } else {
      sink.byte(0xf3)
      sink.int32(value)
    }
  }

  #long(text: ByteString): void {
    const sink = this.#sink
    const value = integerOf(text)
    if (value !== null) {
      sink.byte(0xf4)
      sink.int64(value)
      return
    }
    if (text.length < 64) sink.byte(0x80 | text.length)
    else if (text.length < 4096) {
      sink.byte(0xe0 | (text.length >> 8))
      sink.byte(text.length & 255)
    } else {
      sink.byte(0xf0)
      sink.uint32(text.length)
    }
    sink.text(text)
  }
}

/** The listpack of some elements. */
export function writeListpack(elements: Iterable<ByteString>): Buffer {
  const writer = new ListpackWriter()
  for (const element of elements) writer.push(element)
  return writer.take()
}

function backLengthSize(length: number): number {
  if (length <= 127) return 1
  if (length < 16_384) return 2
  if (length < 2_097_152) return 3
  return length < 268_435_456 ? 4 : 5
}

function writeBackLength(sink: ByteSink, length: number): void {
  const size = backLengthSize(length)
  for (let place = size - 1; place >= 0; place--) {
    const bits = Math.floor(length / powerOf128(place)) % 128
    sink.byte(place === size - 1 ? bits : bits | 128)
  }
}

function powerOf128(exponent: number): number {
  let power = 1
  for (let step = 0; step < exponent; step++) power *= 128
  return power
}
