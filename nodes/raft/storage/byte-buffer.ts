// A growing buffer of bytes, written from the front and reused, and a reader over bytes.

import { crc32c } from '../../transport/index.ts'

const sizeMin = 1024
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Bytes that are being put together. */
export class ByteBuffer {
  #bytes = new Uint8Array(sizeMin)
  #view = new DataView(this.#bytes.buffer)
  /** How many bytes stand in the buffer. */
  length = 0

  /** What was written, valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.length++] = value
  }

  /** A whole number from 0 to 2^53 - 1 in 1 to 8 bytes, seven bits in each, lowest first (LEB128). */
  number(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.length++] = rest
  }

  /** A text in UTF-8, after its length in bytes. */
  text(value: string): void {
    this.number(value.length)
    this.#reserve(value.length)
    const start = this.length
    for (let place = 0; place < value.length; place++) {
      const code = value.charCodeAt(place)
      if (code >= 128) return this.#wideText(value, start - numberSize(value.length))
      this.#bytes[start + place] = code
    }
    this.length = start + value.length
  }

  /** The CRC-32C of what was written from `start` up to `end`. */
  checksum(start: number, end: number = this.length): number {
    return crc32c(this.#bytes, start, end)
  }

  /** Overwrites four bytes at a place that was written before, lowest first. */
  patchUint32(place: number, value: number): void {
    this.#view.setUint32(place, value, true)
  }

  /** Leaves room for bytes that are patched later. */
  skip(count: number): void {
    this.#reserve(count)
    this.length += count
  }

  #wideText(value: string, start: number): void {
    const encoded = encoder.encode(value)
    this.length = start
    this.number(encoded.length)
    this.#reserve(encoded.length)
    this.#bytes.set(encoded, this.length)
    this.length += encoded.length
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

function numberSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

/** Reads what a ByteBuffer wrote. Throws a RangeError when the bytes end too early or hold something else. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #place = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#bytes.length
  }

  byte(): number {
    const value = this.#bytes[this.#place++]
    if (value === undefined) throw new RangeError('the bytes end too early')
    return value
  }

  number(): number {
    let value = 0
    for (let factor = 1; factor < Number.MAX_SAFE_INTEGER; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new RangeError('a number is longer than 8 bytes')
  }

  text(): string {
    const length = this.number()
    if (this.#place + length > this.#bytes.length) throw new RangeError('the bytes end too early')
    const text = decoder.decode(this.#bytes.subarray(this.#place, this.#place + length))
    this.#place += length
    return text
  }
}
