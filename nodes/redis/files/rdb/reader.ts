// Reads RDB files, piece by piece as they come from a disk or a socket: bytes in, records out.
//
//   REDIS, version (4 digits) | record… | 255, CRC-64 (8 bytes, from version 5 on; 0 where none was made)
//
// A record that has not come whole is read again from its beginning when there are more bytes: at least twice as many as
// before, so that a value of n bytes that comes in pieces costs O(n) in all.

import { ByteSource, BytesMissing } from '../bytes/byte-source.ts'
import { Crc64 } from '../bytes/crc64.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import type { ByteString, Value } from '../../value.ts'
import { type EncodingLimits, encodingLimits } from './encodings.ts'
import { opcode } from './opcodes.ts'
import { isEmpty, keepEncoding, readValue } from './read-value.ts'
import { readLength, readLength64, readString } from './strings.ts'

/** What an RDB file says. */
export type RdbRecord =
  | { readonly kind: 'aux'; readonly name: ByteString; readonly value: ByteString }
  | { readonly kind: 'sizes'; readonly database: number; readonly keys: number; readonly expires: number }
  | {
      readonly kind: 'key'
      readonly database: number
      readonly key: ByteString
      readonly value: Value
      /** Milliseconds since 1970, or null for never. */
      readonly expiresAt: number | null
    }
  | { readonly kind: 'function'; readonly code: ByteString }
  | { readonly kind: 'end' }

/** How to read. */
export interface RdbReaderOptions {
  /** Which collections are compact. Default: as redis.conf has it. */
  readonly limits?: EncodingLimits
  /** The longest record: a key with its value, in bytes. A longer one is an error. Default 1 GiB. */
  readonly recordMax?: number
  /**
   * Whether collections are kept as they were written, whatever the limits say: for snapshots of replicas that must not differ
   * in anything. Default false.
   */
  readonly isExact?: boolean
  /** Whether the checksum at the end is compared (`rdbchecksum`). Default true. */
  readonly isChecked?: boolean
}

const headerSize = 9
// Redis 7.2 writes 11, of which nothing but types of values differs.
const versionMax = 11
const recordMaxDefault = 1_073_741_824
const databasesMax = 1_000_000

/** Reads one RDB file. */
export class RdbReader {
  readonly #limits: EncodingLimits
  readonly #recordMax: number
  readonly #isChecked: boolean
  readonly #isExact: boolean
  readonly #crc = new Crc64()
  #pending: Buffer[] = []
  #buffered = 0
  // So many bytes have to be there before it makes sense to try again.
  #needed = headerSize
  #offset = 0
  #version = 0
  #database = 0
  #expiresAt: number | null = null
  #isAtEnd = false

  constructor(options: RdbReaderOptions = {}) {
    this.#limits = options.limits ?? encodingLimits
    this.#recordMax = options.recordMax ?? recordMaxDefault
    this.#isChecked = options.isChecked ?? true
    this.#isExact = options.isExact ?? false
  }

  /** Whether the whole file was read. */
  get isAtEnd(): boolean {
    return this.#isAtEnd
  }

  /** Where the next record begins. */
  get offset(): number {
    return this.#offset
  }

  /** Takes the next bytes; the records that they complete. Throws a RedisFileError, after which nothing more is read. */
  *push(bytes: Uint8Array): Generator<RdbRecord, void, undefined> {
    if (bytes.length > 0) this.#pending.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    this.#buffered += bytes.length
    if (this.#buffered >= this.#needed) yield* this.#readAll()
  }

  /**
   * To be called when there are no more bytes; the last records. Throws a RedisFileError where the file is not complete.
   */
  *finish(): Generator<RdbRecord, void, undefined> {
    yield* this.#readAll()
    if (this.#isAtEnd) return
    throw new RedisFileError(this.#offset + this.#buffered, 'the end', 'the rest of an RDB file')
  }

  *#readAll(): Generator<RdbRecord, void, undefined> {
    const source = new ByteSource(this.#joined(), { offset: this.#offset, isPart: true })
    while (!this.#isAtEnd) {
      const start = source.place
      const record = this.#attempt(source)
      if (record === missing) break
      this.#consume(source.place - start)
      if (record !== null) yield record
    }
  }

  /** What was given after the end of the file: the commands that follow a preamble, say. */
  rest(): Buffer {
    return this.#joined()
  }

  #joined(): Buffer {
    const [first] = this.#pending
    if (this.#pending.length === 1 && first !== undefined) return first
    const joined = Buffer.concat(this.#pending)
    this.#pending = [joined]
    return joined
  }

  // One record, or null for what only concerns the reader.
  #attempt(source: ByteSource): RdbRecord | null | typeof missing {
    const start = source.place
    try {
      return this.#version === 0 ? this.#readHeader(source) : this.#readRecord(source)
    } catch (error) {
      if (!(error instanceof BytesMissing)) throw error
      source.place = start
      const needed = error.needed - start
      if (needed > this.#recordMax)
        throw source.wrong(`a record of ${needed} bytes`, `at most ${this.#recordMax}`)
      this.#needed = Math.max(needed, Math.min(this.#buffered * 2, this.#recordMax))
      return missing
    }
  }

  #consume(count: number): void {
    const joined = this.#joined()
    if (!this.#isAtEnd) this.#crc.update(joined, 0, count)
    this.#pending = [joined.subarray(count)]
    this.#buffered -= count
    this.#offset += count
    this.#needed = 1
  }

  #readHeader(source: ByteSource): null {
    const magic = source.text(headerSize)
    const version = Number(/^REDIS(\d{4})$/.exec(magic)?.[1] ?? 0)
    if (version < 1 || version > versionMax)
      throw source.wrong(JSON.stringify(magic), `REDIS and a version from 0001 to 00${versionMax}`, 0)
    this.#version = version
    return null
  }

  #readRecord(source: ByteSource): RdbRecord | null {
    const code = source.byte()
    switch (code) {
      case opcode.aux:
        return { kind: 'aux', name: readString(source), value: readString(source) }
      case opcode.selectDb:
        return this.#selectDatabase(source)
      case opcode.resizeDb:
        return this.#sizes(source)
      case opcode.expireMs:
        return this.#expire(Number(source.int64()))
      case opcode.expire:
        return this.#expire(source.int32() * 1000)
      case opcode.idle:
        readLength(source)
        return null
      case opcode.freq:
        source.byte()
        return null
      case opcode.function2:
        return { kind: 'function', code: readString(source) }
      case opcode.functionOld:
        throw source.wrong('a function of a release candidate of Redis 7', 'another opcode', source.place - 1)
      case opcode.moduleAux:
        return skipModule(source)
      case opcode.end:
        return this.#end(source)
      default:
        return this.#key(source, code)
    }
  }

  #selectDatabase(source: ByteSource): null {
    const place = source.place
    const database = readLength(source)
    if (database > databasesMax) throw source.wrong(`database ${database}`, `at most ${databasesMax}`, place)
    this.#database = database
    return null
  }

  #sizes(source: ByteSource): RdbRecord {
    return { kind: 'sizes', database: this.#database, keys: readLength(source), expires: readLength(source) }
  }

  #expire(at: number): null {
    this.#expiresAt = at
    return null
  }

  #key(source: ByteSource, type: number): RdbRecord | null {
    const key = readString(source)
    // The type stands before the key, so that errors name it.
    const value = readValue(source, type, this.#limits)
    if (this.#isExact) keepEncoding(value, type)
    const expiresAt = this.#expiresAt
    this.#expiresAt = null
    if (isEmpty(value)) return null
    return { kind: 'key', database: this.#database, key, value, expiresAt }
  }

  #end(source: ByteSource): RdbRecord {
    if (this.#version >= 5) {
      const place = source.place
      const told = source.bytes(8)
      this.#crc.update(Uint8Array.of(opcode.end))
      const isNone = told.every((byte) => byte === 0)
      if (this.#isChecked && !isNone && !this.#crc.digest().equals(told))
        throw source.wrong('another checksum', "that of the file's bytes", place)
    }
    this.#isAtEnd = true
    return { kind: 'end' }
  }
}

const missing = Symbol('missing')

// What a module keeps beside the keys: its id, when it is wanted, and then parts until one of kind 0. It is in a form that
// can be skipped; a module's keys are not, as nothing could be done with them.
function skipModule(source: ByteSource): null {
  readLength64(source)
  for (;;) {
    const place = source.place
    const part = readLength(source)
    if (part === 0) return null
    if (part === 1 || part === 2) readLength64(source)
    else if (part === 3) source.float32()
    else if (part === 4) source.float64()
    else if (part === 5) readString(source)
    else throw source.wrong(`a part of kind ${part}`, '0 to 5', place)
  }
}
