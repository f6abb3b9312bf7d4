// Values as Redis 7.0 writes them: small collections in their compact encodings, so that a real server that loads them
// keeps them as its own, and DUMP gives the same bytes.

import type { ByteSink } from '../bytes/byte-sink.ts'
import { integerOf } from '../bytes/integers.ts'
import { writeIntset } from '../packed/intset.ts'
import { ListpackWriter, writeListpack } from '../packed/listpack.ts'
import type { SortedSet } from '../../structures/sorted-set.ts'
import type { ByteString, Value } from '../../value.ts'
import { valueType } from './opcodes.ts'
import { scoreText } from './scores.ts'
import { writeBlob, writeLength, writeString } from './strings.ts'
import { writeStream } from './write-stream.ts'

/** Up to which sizes collections are written in compact encodings: the settings of redis.conf, with its defaults. */
export interface Packing {
  /** `rdbcompression`: whether long strings are compressed. Default true. */
  readonly isCompressing?: boolean
  /** `hash-max-listpack-entries` and `zset-max-listpack-entries`. Default 128. */
  readonly entriesMax?: number
  /** `hash-max-listpack-value` and `zset-max-listpack-value`, in bytes. Default 64. */
  readonly valueMax?: number
  /** `set-max-intset-entries`. Default 512. */
  readonly intsetMax?: number
  /** `list-max-listpack-size`, in bytes. Default 8192. */
  readonly listNodeMax?: number
}

/** A value, ready to be written: first its type, later (after the key) itself. */
export interface WritableValue {
  readonly type: number
  readonly write: (sink: ByteSink) => void
}

/** How a value is written. The value must not change before `write` was called. */
export function writable(value: Value, packing: Packing = {}): WritableValue {
  const isCompressing = packing.isCompressing ?? true
  switch (value.kind) {
    case 'string':
      return { type: valueType.string, write: (sink) => writeString(sink, value.bytes, isCompressing) }
    case 'list':
      return {
        type: valueType.listQuicklist2,
        write: (sink) => writeList(sink, value.items, packing.listNodeMax ?? 8192, isCompressing),
      }
    case 'set':
      return writableSet(value.members, packing.intsetMax ?? 512, isCompressing)
    case 'hash':
      return writableHash(value.fields, packing, isCompressing)
    case 'zset':
      return writableZset(value.members, packing, isCompressing)
    case 'stream':
      return { type: valueType.stream2, write: (sink) => writeStream(sink, value.entries, isCompressing) }
  }
}

function writeList(
  sink: ByteSink,
  items: readonly ByteString[],
  nodeMax: number,
  isCompressing: boolean,
): void {
  const nodes: Buffer[] = []
  const writer = new ListpackWriter()
  for (const item of items) {
    // Eight bytes are what Redis reckons an element takes besides its own.
    if (writer.count > 0 && writer.size + item.length + 8 > nodeMax) nodes.push(writer.take())
    writer.push(item)
  }
  if (writer.count > 0) nodes.push(writer.take())
  writeLength(sink, nodes.length)
  for (const node of nodes) {
    writeLength(sink, 2)
    writeBlob(sink, node, isCompressing)
  }
}

function writableSet(
  members: ReadonlySet<ByteString>,
  intsetMax: number,
  isCompressing: boolean,
): WritableValue {
  const integers = members.size <= intsetMax ? integersOf(members) : null
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

function integersOf(members: ReadonlySet<ByteString>): bigint[] | null {
  const integers: bigint[] = []
  for (const member of members) {
    const integer = integerOf(member)
    if (integer === null) return null
    integers.push(integer)
  }
  return integers
}

function writableHash(
  fields: ReadonlyMap<ByteString, ByteString>,
  packing: Packing,
  isCompressing: boolean,
): WritableValue {
  if (isSmall(fields.size, fields, packing))
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

function writableZset(members: SortedSet, packing: Packing, isCompressing: boolean): WritableValue {
  const { size } = members
  if (isSmall(size, onlyMembers(members), packing))
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
      writeLength(sink, size)
      // From the highest on, as Redis does: then a server that loads them adds each before all others.
      for (const [member, score] of [...members].reverse()) {
        writeString(sink, member, isCompressing)
        sink.float64(score)
      }
    },
  }
}

function* onlyMembers(members: SortedSet): Iterable<readonly [ByteString]> {
  for (const [member] of members) yield [member]
}

function isSmall(size: number, texts: Iterable<readonly ByteString[]>, packing: Packing): boolean {
  if (size > (packing.entriesMax ?? 128)) return false
  const valueMax = packing.valueMax ?? 64
  for (const row of texts) if (row.some((text) => text.length > valueMax)) return false
  return true
}
