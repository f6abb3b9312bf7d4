// Values as Redis 7.0 writes them: what is kept in a compact encoding is written in it, so that a real server that loads it
// keeps it as its own, and DUMP gives the same bytes.

import type { ByteSink } from '../bytes/byte-sink.ts'
import { integerOf } from '../bytes/integers.ts'
import { writeIntset } from '../packed/intset.ts'
import { ListpackWriter, writeListpack } from '../packed/listpack.ts'
import type { ByteString, Value } from '../../value.ts'
import { valueType } from './opcodes.ts'
import { scoreText } from './scores.ts'
import { writeBlob, writeLength, writeString } from './strings.ts'
import { writeStream } from './write-stream.ts'

type ValueOfKind<K extends Value['kind']> = Extract<Value, { readonly kind: K }>

// Of nodes of a list: bytes, by `list-max-listpack-size` -1 to -5, and where that is a number of elements.
const listNodeBytes = [4096, 8192, 16_384, 32_768, 65_536]
const listNodeBytesMax = 8192
const listNodeUsual = -2
// What Redis reckons an element of a list takes besides its own bytes.
const elementOverhead = 8

/** A value, ready to be written: first its type, later (after the key) itself. */
export interface WritableValue {
  readonly type: number
  readonly write: (sink: ByteSink) => void
}

/** How values are written. */
export interface WritingOptions {
  /** `rdbcompression`: whether long strings are compressed. */
  readonly isCompressing: boolean
  /**
   * Whether the order in which small sets of integers were filled is kept, where Redis sorts them. They then are of a type that
   * Redis 7.0 does not know: for snapshots that only our servers read.
   */
  readonly isExact: boolean
  /** `list-max-listpack-size`. Default -2. */
  readonly listNodeSize?: number
}

/** How a value is written. It must not change before `write` was called. */
export function writable(value: Value, options: WritingOptions): WritableValue {
  const { isCompressing, isExact } = options
  switch (value.kind) {
    case 'string':
      return { type: valueType.string, write: (sink) => writeString(sink, value.bytes, isCompressing) }
    case 'list':
      return {
        type: valueType.listQuicklist2,
        write: (sink) => writeList(sink, value.items, options),
      }
    case 'set':
      return isExact && value.encoding === 'intset'
        ? writableInOrder(value)
        : writableSet(value, isCompressing)
    case 'hash':
      return writableHash(value, isCompressing)
    case 'zset':
      return writableZset(value, isCompressing)
    case 'stream':
      return { type: valueType.stream2, write: (sink) => writeStream(sink, value.entries, isCompressing) }
  }
}

// As a list is that was filled from its head to its tail. Real ones show in their nodes how they came to be.
function writeList(
  sink: ByteSink,
  items: Iterable<ByteString>,
  { isCompressing, listNodeSize = listNodeUsual }: WritingOptions,
): void {
  const isCounted = listNodeSize >= 0
  const countMax = isCounted ? listNodeSize : Infinity
  const sizeMax = isCounted
    ? listNodeBytesMax
    : (listNodeBytes[Math.min(-listNodeSize, listNodeBytes.length) - 1] ?? listNodeBytesMax)
  const nodes: Buffer[] = []
  const writer = new ListpackWriter()
  for (const item of items) {
    const { count, size } = writer
    if (count > 0 && (size + item.length + elementOverhead > sizeMax || count >= countMax))
      nodes.push(writer.take())
    writer.push(item)
  }
  if (writer.count > 0) nodes.push(writer.take())
  writeLength(sink, nodes.length)
  for (const node of nodes) {
    writeLength(sink, 2)
    writeBlob(sink, node, isCompressing)
  }
}

function writableSet({ members, encoding }: ValueOfKind<'set'>, isCompressing: boolean): WritableValue {
  const integers = encoding === 'intset' ? integersOf(members) : null
  if (integers !== null)
    return {
      type: valueType.setIntset,
      write: (sink) => writeBlob(sink, writeIntset(integers), isCompressing),
    }
  return {
    type: valueType.set,
    write: (sink) => {
      writeLength(sink, members.size)
      for (const member of members) writeString(sink, member, isCompressing)
    },
  }
}

function writableInOrder({ members }: ValueOfKind<'set'>): WritableValue {
  return {
    type: valueType.setListpack,
    write: (sink) => writeBlob(sink, writeListpack([...members]), false),
  }
}

function integersOf(members: Iterable<ByteString>): bigint[] | null {
  const integers: bigint[] = []
  for (const member of members) {
    const integer = integerOf(member)
    if (integer === null) return null
    integers.push(integer)
  }
  return integers
}

function writableHash({ fields, encoding }: ValueOfKind<'hash'>, isCompressing: boolean): WritableValue {
  if (encoding === 'listpack')
    return {
      type: valueType.hashListpack,
      write: (sink) => writeBlob(sink, writeListpack([...fields].flat()), isCompressing),
    }
  return {
    type: valueType.hash,
    write: (sink) => {
      writeLength(sink, fields.size)
      for (const [field, value] of fields) {
        writeString(sink, field, isCompressing)
        writeString(sink, value, isCompressing)
      }
    },
  }
}

function writableZset({ members, encoding }: ValueOfKind<'zset'>, isCompressing: boolean): WritableValue {
  if (encoding === 'listpack')
    return {
      type: valueType.zsetListpack,
      write: (sink) => {
        const flat = [...members].flatMap(([member, score]) => [member, scoreText(score)])
        writeBlob(sink, writeListpack(flat), isCompressing)
      },
    }
  return {
    type: valueType.zset2,
    write: (sink) => {
      writeLength(sink, members.size)
      // From the highest on, as Redis does: then a server that loads them adds each before all others.
      for (const [member, score] of [...members].reverse()) {
        writeString(sink, member, isCompressing)
        sink.float64(score)
      }
    },
  }
}
