// Zipmaps: the compact hashes of Redis before 2.6. Read only.
//
//   number of fields (1, 254: count them) | field… | 255
//   a field: length, bytes | length of the value, unused bytes after it (1), the value, the unused bytes

import { ByteSource } from '../bytes/byte-source.ts'
import type { ByteString } from '../../value.ts'

const end = 255
const longLength = 254

/** Fields and values, one after another. Throws a RedisFileError; its offset counts from `offset`. */
export function readZipmap(bytes: Uint8Array, offset: number = 0): ByteString[] {
  const source = new ByteSource(bytes, { offset })
  const count = source.byte()
  const elements: ByteString[] = []
  while (source.peek() !== end) {
    elements.push(source.text(readLength(source)))
    const length = readLength(source)
    const unused = source.byte()
    elements.push(source.text(length))
    source.skip(unused)
  }
  source.skip(1)
  if (source.left > 0) throw source.wrong(`${source.left} bytes after the end`, 'none')
  if (count < longLength && count * 2 !== elements.length)
    throw source.wrong(`${elements.length / 2} fields`, `${count}`, 0)
  return elements
}

function readLength(source: ByteSource): number {
  const first = source.byte()
  if (first === end) throw source.wrong('the end', 'a length', source.place - 1)
  return first < longLength ? first : source.uint32()
}
