// Writes RDB files of version 10, that of Redis 7.0, record by record.

import { ByteSink } from '../bytes/byte-sink.ts'
import { Crc64 } from '../bytes/crc64.ts'
import type { ByteString, Value } from '../../value.ts'
import { opcode, rdbVersion } from './opcodes.ts'
import { writeLength, writeString } from './strings.ts'
import { writable, type WritingOptions } from './write-value.ts'

/** How to write. */
export interface RdbWriterOptions {
  /** `rdbcompression`: whether long strings are compressed. Default true. */
  readonly isCompressing?: boolean
  /** See `WritingOptions`. Default false. */
  readonly isExact?: boolean
  /** `rdbchecksum`: whether the file ends with its checksum (default), or with 0. */
  readonly isChecked?: boolean
}

/** Puts an RDB file together: header, aux fields, libraries, then for each database its number, its sizes and its keys, then the end. */
export class RdbWriter {
  readonly #options: RdbWriterOptions
  readonly #writing: WritingOptions
  readonly #sink = new ByteSink(65_536)
  readonly #crc = new Crc64()
  #isEnded = false

  constructor(options: RdbWriterOptions = {}) {
    this.#options = options
    this.#writing = { isCompressing: options.isCompressing ?? true, isExact: options.isExact ?? false }
    this.#sink.text(`REDIS${String(rdbVersion).padStart(4, '0')}`)
  }

  /** How many bytes wait to be taken. */
  get size(): number {
    return this.#sink.length
  }

  aux(name: ByteString, value: ByteString): void {
    this.#sink.byte(opcode.aux)
    this.#string(name)
    this.#string(value)
  }

  /** A library of functions, by its code. Libraries stand before all databases. */
  library(code: ByteString): void {
    this.#sink.byte(opcode.function2)
    this.#string(code)
  }

  /** What follows is in this database, which has so many keys, so many of which expire. */
  database(database: number, keys: number, expires: number): void {
    this.#sink.byte(opcode.selectDb)
    writeLength(this.#sink, database)
    this.#sink.byte(opcode.resizeDb)
    writeLength(this.#sink, keys)
    writeLength(this.#sink, expires)
  }

  key(key: ByteString, entry: SavedEntry): void {
    writeKey(this.#sink, key, entry, this.#writing)
  }

  /** A key whose value was written before, by `encodeValue`. */
  encodedKey(key: ByteString, { type, bytes }: EncodedValue, expiresAt: number | null): void {
    writeHead(this.#sink, key, { type, expiresAt }, this.#writing)
    this.#sink.bytes(bytes)
  }

  #string(text: ByteString): void {
    writeString(this.#sink, text, this.#writing.isCompressing)
  }

  /** The end. Nothing may follow. */
  end(): void {
    this.#sink.byte(opcode.end)
    this.#crc.update(this.#sink.view())
    const isChecked = this.#options.isChecked ?? true
    this.#sink.bytes(isChecked ? this.#crc.digest() : new Uint8Array(8))
    this.#isEnded = true
  }

  /** What was written since the last time. */
  take(): Buffer {
    const bytes = this.#sink.take()
    if (!this.#isEnded) this.#crc.update(bytes)
    return bytes
  }
}

/** What of an entry is saved. */
export interface SavedEntry {
  readonly value: Value
  /** Milliseconds since 1970, or null for never. */
  readonly expiresAt: number | null
}

/** A value, written already: its key is still to come. */
export interface EncodedValue {
  readonly type: number
  readonly bytes: Uint8Array
}

/** Writes a value as `RdbWriter.key` would, for a key that is told later. */
export function encodeValue(value: Value, isCompressing: boolean): EncodedValue {
  const sink = new ByteSink()
  const { type, write } = writable(value, { isCompressing, isExact: false })
  write(sink)
  return { type, bytes: sink.take() }
}

interface KeyHead {
  readonly type: number
  readonly expiresAt: number | null
}

function writeKey(sink: ByteSink, key: ByteString, entry: SavedEntry, writing: WritingOptions): void {
  const { value, expiresAt } = entry
  const { type, write } = writable(value, writing)
  writeHead(sink, key, { type, expiresAt }, writing)
  write(sink)
}

function writeHead(
  sink: ByteSink,
  key: ByteString,
  { type, expiresAt }: KeyHead,
  { isCompressing }: WritingOptions,
): void {
  if (expiresAt !== null) {
    sink.byte(opcode.expireMs)
    sink.int64(BigInt(Math.trunc(expiresAt)))
  }
  sink.byte(type)
  writeString(sink, key, isCompressing)
}
