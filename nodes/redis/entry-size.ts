// How much memory a key takes, estimated in O(1) from what structures know of themselves: for MEMORY USAGE and maxmemory.

import type { ByteString, Entry, Value } from './value.ts'

const overheads = { entry: 56, member: 24, item: 11, scored: 40, streamEntry: 64 }

/** Bytes that a key with its entry takes, about. */
export function sizeOf(key: ByteString, entry: Entry): number {
  return overheads.entry + key.length + valueSize(entry.value)
}

function valueSize(value: Value): number {
  switch (value.kind) {
    case 'string':
      return value.bytes.length
    case 'list':
      return value.items.bytes + value.items.length * overheads.item
    case 'set':
      return value.members.bytes + value.members.size * overheads.member
    case 'hash':
      return value.fields.keyBytes + value.fields.size * (overheads.member + overheads.item)
    case 'zset':
      return value.members.size * overheads.scored
    case 'stream':
      return value.entries.length * overheads.streamEntry
  }
}
