// Writes ziplists, which Redis 7.0 no longer does but still reads: for tests of reading them.

import { ByteSink } from '../bytes/byte-sink.ts'
import { integerOf } from '../bytes/integers.ts'
import type { ByteString } from '../../value.ts'

/** The ziplist of some elements. */
export function writeZiplist(elements: readonly ByteString[]): Buffer {
  const sink = new ByteSink()
  sink.uint32(0)
  sink.uint32(0)
  sink.uint16(Math.min(elements.length, 65_535))
  let last = sink.length
  let before = 0
  for (const element of elements) {
    last = sink.length
    if (before < 254) sink.byte(before)
    else {
      sink.byte(254)
      sink.uint32(before)
    }
    const value = integerOf(element)
    if (value === null) text(sink, element)
    else integer(sink, value)
    before = sink.length - last
  }
  sink.byte(255)
  sink.patchUint32(0, sink.length)
  sink.patchUint32(4, last)
  return sink.take()
}

function text(sink: ByteSink, value: ByteString): void {
  if (value.length < 64) sink.byte(value.length)
  else if (value.length < 16_384) {
    sink.byte(0x40 | (value.length >> 8))
    sink.byte(value.length & 255)
  } else {
    sink.byte(0x80)
    sink.uint32BigEndian(value.length)
  }
  sink.text(value)
}

function integer(sink: ByteSink, value: bigint): void {
  const fits = (bits: number): boolean => BigInt.asIntN(bits, value) === value
  const small = Number(value)
  if (value >= 0n && value <= 12n) sink.byte(0xf1 + small)
  else if (fits(8)) {
    sink.byte(0xfe)
    sink.byte(small & 255)
  } else if (fits(16)) {
    sink.byte(0xc0)
    sink.int16(small)
  } else if (fits(24)) {
    sink.byte(0xf0)
    sink.int24(small)
  } else if (fits(32)) {
    sink.byte(0xd0)
    sink.int32(small)
  } else {
    sink.byte(0xe0)
    sink.int64(value)
  }
}
