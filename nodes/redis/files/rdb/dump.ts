// What DUMP gives and RESTORE takes: a value as in an RDB file, the version of its format, and a CRC-64 of both.

import { ByteSink } from '../bytes/byte-sink.ts'
import { ByteSource } from '../bytes/byte-source.ts'
import { crc64 } from '../bytes/crc64.ts'
import type { ByteString, Value } from '../../value.ts'
import { rdbVersion } from './opcodes.ts'
import { isEmpty, readValue } from './read-value.ts'
import { type EncodingLimits, encodingLimits } from './encodings.ts'
import { writable } from './write-value.ts'

const versionMax = 11
const trailerSize = 10

/** A value as DUMP gives it. */
export function dumpValue(value: Value, isCompressing = true, listNodeSize?: number): ByteString {
  return dumpBytes(value, isCompressing, listNodeSize).toString('latin1')
}

/** The same as bytes, which may be more than a text can have. */
export function dumpBytes(value: Value, isCompressing: boolean, listNodeSize: number = -2): Buffer {
  const sink = new ByteSink()
  const { type, write } = writable(value, { isCompressing, isExact: false, listNodeSize })
  sink.byte(type)
  write(sink)
  sink.uint16(rdbVersion)
  sink.bytes(crc64(sink.view()))
  return sink.take()
}

/** Whether a payload ends with a version that is known here, and with its checksum. */
export function isIntact(payload: ByteString): boolean {
  const bytes = Buffer.from(payload, 'latin1')
  const size = bytes.length - trailerSize
  return (
    size >= 1 &&
    bytes.readUInt16LE(size) <= versionMax &&
    crc64(bytes.subarray(0, size + 2)).equals(bytes.subarray(size + 2))
  )
}

/**
 * The value of what DUMP gave. Throws a RedisFileError where it is damaged, of a newer version than that of Redis 7.2, of
 * a module, or holds nothing.
 */
export function restoreValue(payload: ByteString, limits: EncodingLimits = encodingLimits): Value {
  const bytes = Buffer.from(payload, 'latin1')
  const size = bytes.length - trailerSize
  const trailer = new ByteSource(bytes)
  if (size < 1) throw trailer.wrong(`${bytes.length} bytes`, 'a value, its version and its checksum')
  trailer.skip(size)
  const version = trailer.uint16()
  if (version > versionMax) throw trailer.wrong(`version ${version}`, `at most ${versionMax}`, size)
  if (!crc64(bytes.subarray(0, size + 2)).equals(trailer.bytes(8)))
    throw trailer.wrong('another checksum', "that of the value's bytes", size + 2)
  const source = new ByteSource(bytes.subarray(0, size))
  const value = readValue(source, source.byte(), limits)
  if (source.left > 0) throw source.wrong(`${source.left} bytes after the value`, 'none')
  if (isEmpty(value)) throw source.wrong('a value that holds nothing', 'at least one element', 0)
  return value
}
