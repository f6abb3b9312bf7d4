// Reads numbers and byte strings from the front of bytes, every step checked against their end. Where the bytes are only
// the beginning of a file, its end is no mistake but a reason to wait for more: `BytesMissing`.

import { RedisFileError } from './file-error.ts'
import type { ByteString } from '../../value.ts'

/** What is read needs more bytes than have arrived. Never leaves the codecs that read from streams. */
export class BytesMissing extends Error {
  /** How many bytes there have to be from the beginning of these; at least one more than there are. */
  readonly needed: number

  constructor(needed: number) {
    super(`${needed} bytes needed`)
    this.name = 'BytesMissing'
    this.needed = needed
  }
}

/** Where bytes come from. */
export interface ByteSourceOptions {
  /** The place of the first byte in its file, for errors. Default 0. */
  readonly offset?: number
  /** Whether more bytes may follow: reading beyond the end throws `BytesMissing` then, a `RedisFileError` otherwise. */
  readonly isPart?: boolean
}

/** Bytes that are read from the front. */
export class ByteSource {
  readonly #bytes: Buffer
  readonly #offset: number
  readonly #isPart: boolean
  /** The next byte to read. */
  place = 0

  constructor(bytes: Uint8Array, options: ByteSourceOptions = {}) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offset = options.offset ?? 0
    this.#isPart = options.isPart ?? false
  }

  /** The place of the next byte in its file. */
  get offset(): number {
    return this.#offset + this.place
  }

  get left(): number {
    return this.#bytes.length - this.place
  }

  /** An error that names the place of the next byte, or of an earlier one. */
  wrong(got: string, wanted: string, place: number = this.place): RedisFileError {
    return new RedisFileError(this.#offset + place, got, wanted)
  }

  /** Throws unless so many bytes are left. */
  need(count: number): void {
    if (count <= this.left) return
    if (this.#isPart) throw new BytesMissing(this.place + count)
    throw this.wrong(`${this.left} bytes to the end`, `at least ${count}`)
  }

  peek(): number {
    this.need(1)
    return this.#bytes[this.place] ?? 0
  }

  byte(): number {
    this.need(1)
    return this.#bytes[this.place++] ?? 0
  }

  int8(): number {
    return (this.byte() << 24) >> 24
  }

  uint16(): number {
    return this.#advance(2, this.#bytes.readUInt16LE(this.#start(2)))
  }

  int16(): number {
    return this.#advance(2, this.#bytes.readInt16LE(this.#start(2)))
  }

  int24(): number {
    return this.#advance(3, this.#bytes.readIntLE(this.#start(3), 3))
  }

  uint32(): number {
    return this.#advance(4, this.#bytes.readUInt32LE(this.#start(4)))
  }

  int32(): number {
    return this.#advance(4, this.#bytes.readInt32LE(this.#start(4)))
  }

  uint32BigEndian(): number {
    return this.#advance(4, this.#bytes.readUInt32BE(this.#start(4)))
  }

  uint64(): bigint {
    return this.#advance(8, this.#bytes.readBigUInt64LE(this.#start(8)))
  }

  uint64BigEndian(): bigint {
    return this.#advance(8, this.#bytes.readBigUInt64BE(this.#start(8)))
  }

  int64(): bigint {
    return this.#advance(8, this.#bytes.readBigInt64LE(this.#start(8)))
  }

  float32(): number {
    return this.#advance(4, this.#bytes.readFloatLE(this.#start(4)))
  }

  float64(): number {
    return this.#advance(8, this.#bytes.readDoubleLE(this.#start(8)))
  }

  /** The next bytes as they are: a view, not a copy. */
  bytes(count: number): Buffer {
    const start = this.#start(count)
    return this.#advance(count, this.#bytes.subarray(start, start + count))
  }

  /** The next bytes as a byte string. */
  text(count: number): ByteString {
    const start = this.#start(count)
    return this.#advance(count, this.#bytes.toString('latin1', start, start + count))
  }

  /** The next line, its end (a line feed) included, of at most `max` bytes. */
  line(max: number): ByteString {
    const end = this.#bytes.indexOf(10, this.place) + 1
    if (end > 0 && end - this.place <= max) return this.text(end - this.place)
    if (end === 0 && this.left < max) this.need(this.left + 1)
    throw this.wrong(
      JSON.stringify(this.#bytes.toString('latin1', this.place, this.place + 40)),
      `a line of at most ${max} bytes`,
    )
  }

  skip(count: number): void {
    this.#advance(count, this.#start(count))
  }

  #start(count: number): number {
    this.need(count)
    return this.place
  }

  #advance<T>(count: number, value: T): T {
    this.place += count
    return value
  }
}
