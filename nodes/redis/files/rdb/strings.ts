// Lengths and strings of RDB files.
//
//   00llllll                     a length of 6 bits
//   01llllll llllllll            of 14 bits
//   10000000, 10000001           of 32 or 64 bits, highest byte first
//   11000000, 11000001, 11000010 no length: the string is the text of an integer of 8, 16 or 32 bits
//   11000011                     no length: the string is compressed; its compressed and its real length follow

import type { ByteSink } from '../bytes/byte-sink.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { smallIntegerOf } from '../bytes/integers.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { compress, decompress } from '../bytes/lzf.ts'
import type { ByteString } from '../../value.ts'

/** The longest string that is read: what JavaScript can hold, 24 bytes less than what Redis takes. */
export const stringMax = 536_870_888

// Compressing less than this gains nothing.
const compressedMin = 20
const expansionMax = 264

/** A length. Throws a RedisFileError when it is 2^53 or more, or an encoded string stands there. */
export function readLength(source: ByteSource): number {
  const place = source.place
  const length = readLength64(source)
  if (length > Number.MAX_SAFE_INTEGER) throw source.wrong(String(length), 'a length below 2^53', place)
  return Number(length)
}

/** A length, or another whole number of 64 bits. */
export function readLength64(source: ByteSource): bigint | number {
  const first = source.byte()
  switch (first >> 6) {
    case 0:
      return first & 0x3f
    case 1:
      return ((first & 0x3f) << 8) | source.byte()
    case 2:
      if (first === 0x80) return source.uint32BigEndian()
      if (first === 0x81) return source.uint64BigEndian()
  }
  throw source.wrong(`the byte ${first}`, 'a length', source.place - 1)
}

/** A string. */
export function readString(source: ByteSource): ByteString {
  if (source.peek() < 0xc0) return source.text(boundedLength(source))
  return readEncoded(source)
}

/**
 * A string that holds something to be read further: gives its bytes (a view where they are not compressed) and their place
 * in the file to `read`. What goes wrong in a compressed string is said to be where that begins.
 */
export function readInside<T>(source: ByteSource, read: (bytes: Buffer, offset: number) => T): T {
  if (source.peek() < 0xc0) {
    const length = boundedLength(source)
    const { offset } = source
    return read(source.bytes(length), offset)
  }
  const { offset } = source
  const bytes = Buffer.from(readEncoded(source), 'latin1')
  return placedAt(
    offset,
    () => read(bytes, 0),
    (place) => ` at byte ${place} of a compressed string`,
  )
}

function placedAt<T>(offset: number, read: () => T, note: (place: number) => string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RedisFileError)) throw error
    throw new RedisFileError(offset, `${error.got}${note(error.offset)}`, error.wanted)
  }
}

function boundedLength(source: ByteSource): number {
  const place = source.place
  const length = readLength(source)
  if (length > stringMax) throw source.wrong(`a string of ${length} bytes`, `at most ${stringMax}`, place)
  return length
}

function readEncoded(source: ByteSource): ByteString {
  const encoding = source.byte() & 0x3f
  switch (encoding) {
    case 0:
      return String(source.int8())
    case 1:
      return String(source.int16())
    case 2:
      return String(source.int32())
    case 3:
      return readCompressed(source)
  }
  throw source.wrong(`string encoding ${encoding}`, '0 to 3', source.place - 1)
}

function readCompressed(source: ByteSource): ByteString {
  const place = source.place
  const length = boundedLength(source)
  const size = boundedLength(source)
  if (size > length * expansionMax)
    throw source.wrong(`${size} bytes compressed to ${length}`, 'less compression', place)
  const { offset } = source
  const input = source.bytes(length)
  const expand = (): ByteString => decompress(input, size).toString('latin1')
  return placedAt(offset, expand, (place) => ` at byte ${place} of a compressed string`)
}

/** Writes a length. */
export function writeLength(sink: ByteSink, length: number): void {
  if (length < 64) sink.byte(length)
  else if (length < 16_384) {
    sink.byte(0x40 | (length >> 8))
    sink.byte(length & 255)
  } else if (length <= 0xffff_ffff) {
    sink.byte(0x80)
    sink.uint32BigEndian(length)
  } else writeLength64(sink, BigInt(length))
}

/** Writes a whole number of 64 bits; a negative one as its two's complement. */
export function writeLength64(sink: ByteSink, value: bigint): void {
  if (value >= 0n && value <= 0xffff_ffffn) writeLength(sink, Number(value))
  else {
    sink.byte(0x81)
    sink.uint64BigEndian(BigInt.asUintN(64, value))
  }
}

/** Writes a string as Redis does: the text of an integer as one, a long one compressed where that is shorter. */
export function writeString(sink: ByteSink, text: ByteString, isCompressing: boolean): void {
  if (text.length <= 11) {
    const value = smallIntegerOf(text)
    if (value !== null) return writeInteger(sink, value)
  }
  if (isCompressing && text.length > compressedMin && writeCompressed(sink, Buffer.from(text, 'latin1')))
    return
  writeLength(sink, text.length)
  sink.text(text)
}

/** Writes bytes as a string. */
export function writeBlob(sink: ByteSink, bytes: Uint8Array, isCompressing: boolean): void {
  if (isCompressing && bytes.length > compressedMin && writeCompressed(sink, bytes)) return
  writeLength(sink, bytes.length)
  sink.bytes(bytes)
}

function writeInteger(sink: ByteSink, value: number): void {
  if (value >= -128 && value < 128) {
    sink.byte(0xc0)
    sink.byte(value & 255)
  } else if (value >= -32_768 && value < 32_768) {
    sink.byte(0xc1)
    sink.int16(value)
  } else {
    sink.byte(0xc2)
    sink.int32(value)
  }
}

function writeCompressed(sink: ByteSink, bytes: Uint8Array): boolean {
  const compressed = compress(bytes, bytes.length - 4)
  if (compressed === null) return false
  sink.byte(0xc3)
  writeLength(sink, compressed.length)
  writeLength(sink, bytes.length)
  sink.bytes(compressed)
  return true
}
