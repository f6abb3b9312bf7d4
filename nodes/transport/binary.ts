// Numbers, bytes and text in binary formats, read and written with every bound checked. Big-endian unless said otherwise.

import { demandCounts } from './option-bounds.ts'

/** Bytes that are not what a format wants: where, what was there, what was wanted. */
export class BinaryError extends Error {
  /** The offset in bytes. */
  readonly offset: number

  constructor(offset: number, got: string, wanted: string) {
    super(`at byte ${offset}: got ${got}, wanted ${wanted}`)
    this.name = 'BinaryError'
    this.offset = offset
  }
}

/** The order of a number's bytes. */
export type Endianness = 'big' | 'little'

/** Reads values one after the other. Whatever does not fit is a BinaryError, after which nothing was read. */
export class BinaryReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Where the next value begins. */
  get offset(): number {
    return this.#offset
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#offset
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(order: Endianness = 'big'): number {
    return this.#view.getUint16(this.#advance(2), order === 'little')
  }

  u32(order: Endianness = 'big'): number {
    return this.#view.getUint32(this.#advance(4), order === 'little')
  }

  u64(order: Endianness = 'big'): bigint {
    return this.#view.getBigUint64(this.#advance(8), order === 'little')
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1))
  }

  i16(order: Endianness = 'big'): number {
    return this.#view.getInt16(this.#advance(2), order === 'little')
  }

  i32(order: Endianness = 'big'): number {
    return this.#view.getInt32(this.#advance(4), order === 'little')
  }

  i64(order: Endianness = 'big'): bigint {
    return this.#view.getBigInt64(this.#advance(8), order === 'little')
  }

  f64(order: Endianness = 'big'): number {
    return this.#view.getFloat64(this.#advance(8), order === 'little')
  }

  /** An unsigned number of at most 53 bits in groups of 7, least significant first (LEB128), in its shortest form. */
  varint(): number {
    let value = 0
    let weight = 1
    for (let length = 1; length <= varintLengthMax; length++) {
      if (this.left < length) throw this.#short(length)
      const byte = this.#bytes[this.#offset + length - 1] ?? 0
      value += (byte & 0x7f) * weight
      weight *= 0x80
      if (byte < 0x80) {
        this.#demandShortest(byte, length, value)
        this.#offset += length
        return value
      }
    }
    throw new BinaryError(this.#offset, 'a number of more than 8 groups', 'at most 53 bits')
  }

  /** The next bytes: a view on what is read from, which the caller must not write to. */
  bytes(length: number): Uint8Array {
    const from = this.#advance(length)
    return this.#bytes.subarray(from, from + length)
  }

  /** The next bytes as UTF-8. */
  text(length: number): string {
    const from = this.#offset
    const bytes = this.bytes(length)
    try {
      return decoder.decode(bytes)
    } catch {
      this.#offset = from
      throw new BinaryError(from, `${length} bytes that are no UTF-8`, 'text in UTF-8')
    }
  }

  /** Says that nothing may be left. */
  end(): void {
    if (this.left > 0) throw new BinaryError(this.#offset, `${this.left} more bytes`, 'the end')
  }

  #advance(length: number): number {
    if (!Number.isSafeInteger(length) || length < 0)
      throw new BinaryError(this.#offset, `the length ${length}`, 'a length of at least 0')
    if (length > this.left) throw this.#short(length)
    const from = this.#offset
    this.#offset += length
    return from
  }

  #short(length: number): BinaryError {
    return new BinaryError(this.#offset, `the end after ${this.left} bytes`, `${length} bytes`)
  }

  #demandShortest(last: number, length: number, value: number): void {
    if (last === 0 && length > 1)
      throw new BinaryError(this.#offset, 'a number with empty groups', 'its shortest form')
    if (!Number.isSafeInteger(value)) throw new BinaryError(this.#offset, `${value}`, 'at most 53 bits')
  }
}

/** How much is written at most unless somebody says otherwise, in bytes. */
const sizeMaxDefault = 64 * 1024 * 1024
const varintLengthMax = 8
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Writes values one after the other, up to a bound. Throws a BinaryError for what does not fit its field or the bound. */
export class BinaryWriter {
  readonly #sizeMax: number
  #bytes = new Uint8Array(64)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** Throws a RangeError unless `sizeMax` is a whole number of bytes, 0 or more. */
  constructor(sizeMax: number = sizeMaxDefault) {
    demandCounts({ sizeMax })
    this.#sizeMax = sizeMax
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    const at = this.#room(1, value, 0, 0xff)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number, order: Endianness = 'big'): this {
    const at = this.#room(2, value, 0, 0xffff)
    this.#view.setUint16(at, value, order === 'little')
    return this
  }

  u32(value: number, order: Endianness = 'big'): this {
    const at = this.#room(4, value, 0, 0xffff_ffff)
    this.#view.setUint32(at, value, order === 'little')
    return this
  }

  u64(value: bigint, order: Endianness = 'big'): this {
    const at = this.#room(8, value, 0n, u64Max)
    this.#view.setBigUint64(at, value, order === 'little')
    return this
  }

  i8(value: number): this {
    const at = this.#room(1, value, -0x80, 0x7f)
    this.#view.setInt8(at, value)
    return this
  }

  i16(value: number, order: Endianness = 'big'): this {
    const at = this.#room(2, value, -0x8000, 0x7fff)
    this.#view.setInt16(at, value, order === 'little')
    return this
  }

  i32(value: number, order: Endianness = 'big'): this {
    const at = this.#room(4, value, -0x8000_0000, 0x7fff_ffff)
    this.#view.setInt32(at, value, order === 'little')
    return this
  }

  i64(value: bigint, order: Endianness = 'big'): this {
    const at = this.#room(8, value, i64Min, i64Max)
    this.#view.setBigInt64(at, value, order === 'little')
    return this
  }

  f64(value: number, order: Endianness = 'big'): this {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value, order === 'little')
    return this
  }

  /** See `BinaryReader.varint`. */
  varint(value: number): this {
    this.#demand(value, 0, Number.MAX_SAFE_INTEGER)
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.u8((rest % 0x80) + 0x80)
    return this.u8(rest)
  }

  bytes(bytes: Uint8Array): this {
    // The room first: it may be in another buffer than before.
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** As UTF-8, without its length. */
  text(text: string): this {
    return this.bytes(encoder.encode(text))
  }

  /** What was written: a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #room<N extends number | bigint>(length: number, value: N, min: N, max: N): number {
    this.#demand(value, min, max)
    return this.#grow(length)
  }

  #demand(value: number | bigint, min: number | bigint, max: number | bigint): void {
    if (typeof value === 'number' && !Number.isInteger(value))
      throw new BinaryError(this.#length, `${value}`, 'a whole number')
    if (value < min || value > max) throw new BinaryError(this.#length, `${value}`, `${min} to ${max}`)
  }

  #grow(length: number): number {
    const at = this.#length
    const size = at + length
    if (size > this.#sizeMax) throw new BinaryError(at, `${length} more bytes`, `at most ${this.#sizeMax}`)
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#length = size
    return at
  }
}

const u64Max = 0xffff_ffff_ffff_ffffn
const i64Max = 0x7fff_ffff_ffff_ffffn
const i64Min = -0x8000_0000_0000_0000n
