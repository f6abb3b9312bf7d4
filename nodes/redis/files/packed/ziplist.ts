// Ziplists: the compact lists of Redis before 7.0. Read, because older files hold them; never written.
//
//   total bytes (4) | where the last element begins (4) | number of elements (2, 65,535: count them) | element… | 255
//   an element: the size of the one before (1 byte, or 254 and 4 bytes) | encoding and data

import { ByteSource } from '../bytes/byte-source.ts'
import type { ByteString } from '../../value.ts'

const end = 255
const countUnknown = 65_535
const headerSize = 10

/** The elements of a ziplist. Throws a RedisFileError; its offset counts from `offset`. */
export function readZiplist(bytes: Uint8Array, offset: number = 0): ByteString[] {
  const source = new ByteSource(bytes, { offset })
  const size = source.uint32()
  if (size !== bytes.length) throw source.wrong(`a ziplist of ${size} bytes`, `${bytes.length}`, 0)
  const tail = source.uint32()
  const count = source.uint16()
  const elements: ByteString[] = []
  let last = headerSize
  let before = 0
  while (source.peek() !== end) {
    last = source.place
    const told = readSizeBefore(source)
    if (told !== before) throw source.wrong(`${told} as the size of the element before`, `${before}`, last)
    elements.push(readData(source))
    before = source.place - last
  }
  source.skip(1)
  if (source.left > 0) throw source.wrong(`${source.left} bytes after the end`, 'none')
  if (tail !== last) throw source.wrong(`a last element at ${tail}`, `${last}`, 4)
  if (count !== countUnknown && count !== elements.length)
    throw source.wrong(`${elements.length} elements`, `${count}`, 8)
  return elements
}

function readSizeBefore(source: ByteSource): number {
  const first = source.byte()
  return first < 254 ? first : source.uint32()
}

function readData(source: ByteSource): ByteString {
  const first = source.byte()
  switch (first >> 6) {
    case 0:
      return source.text(first & 0x3f)
    case 1:
      return source.text(((first & 0x3f) << 8) | source.byte())
    case 2:
      return source.text(source.uint32BigEndian())
    default:
      return readInteger(source, first)
  }
}

function readInteger(source: ByteSource, encoding: number): ByteString {
  switch (encoding) {
    case 0xc0:
      return String(source.int16())
    case 0xd0:
      return String(source.int32())
    case 0xe0:
      return String(source.int64())
    case 0xf0:
      return String(source.int24())
    case 0xfe:
      return String(source.int8())
  }
  if (encoding > 0xf0 && encoding < 0xfe) return String((encoding & 0x0f) - 1)
  throw source.wrong(`encoding ${encoding}`, 'an encoding of ziplists', source.place - 1)
}
