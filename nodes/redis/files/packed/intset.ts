// Intsets: small sets of integers, in order.
//
//   bytes of each (4): 2, 4 or 8 | how many (4) | the integers

import { ByteSink } from '../bytes/byte-sink.ts'
import { ByteSource } from '../bytes/byte-source.ts'
import type { ByteString } from '../../value.ts'

const headerSize = 8

/** The members of an intset. Throws a RedisFileError; its offset counts from `offset`. */
export function readIntset(bytes: Uint8Array, offset: number = 0): ByteString[] {
  const source = new ByteSource(bytes, { offset })
  const width = source.uint32()
  if (width !== 2 && width !== 4 && width !== 8)
    throw source.wrong(`integers of ${width} bytes`, '2, 4 or 8', 0)
  const count = source.uint32()
  if (bytes.length !== headerSize + count * width)
    throw source.wrong(`${count} integers in ${bytes.length} bytes`, `${headerSize + count * width} bytes`, 4)
  const members: ByteString[] = []
  let last: bigint | null = null
  for (let place = 0; place < count; place++) {
    const value = readInteger(source, width)
    if (last !== null && value <= last) throw source.wrong(`${value} after ${last}`, 'integers in order')
    members.push(String(value))
    last = value
  }
  return members
}

/** The intset of 64-bit integers, in whichever order they are given. */
export function writeIntset(members: readonly bigint[]): Buffer {
  const sorted = members.toSorted((a, b) => (a < b ? -1 : 1))
  const width = Math.max(...[sorted[0] ?? 0n, sorted.at(-1) ?? 0n].map(widthOf))
  const sink = new ByteSink(headerSize + width * sorted.length)
  sink.uint32(width)
  sink.uint32(sorted.length)
  for (const member of sorted) {
    if (width === 2) sink.int16(Number(member))
    else if (width === 4) sink.int32(Number(member))
    else sink.int64(member)
  }
  return sink.take()
}

function readInteger(source: ByteSource, width: 2 | 4 | 8): bigint {
  if (width === 8) return source.int64()
  return BigInt(width === 2 ? source.int16() : source.int32())
}

function widthOf(value: bigint): number {
  if (BigInt.asIntN(16, value) === value) return 2
  return BigInt.asIntN(32, value) === value ? 4 : 8
}
