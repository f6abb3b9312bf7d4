// Copies of values: COPY, and what a snapshot keeps while the original goes on.

import { ByteList } from './structures/byte-list.ts'
import { IndexedMap, IndexedSet } from './structures/indexed-map.ts'
import { type SortedSet, sortedSet } from './structures/sorted-set.ts'
import { streamIdMax, streamIdMin } from './structures/stream-id.ts'
import { consumerGroup, type Stream, stream } from './structures/stream.ts'
import type { ByteString, Value } from './value.ts'

/** A value that shares nothing with the original that could change. */
export function copyOf(value: Value): Value {
  switch (value.kind) {
    case 'string':
      return { ...value }
    case 'list':
      return { kind: 'list', items: new ByteList(value.items) }
    case 'set':
      return { kind: 'set', members: new IndexedSet(value.members), encoding: value.encoding }
    case 'hash':
      return { kind: 'hash', fields: copiedFields(value.fields), encoding: value.encoding }
    case 'zset':
      return { kind: 'zset', members: copiedMembers(value.members), encoding: value.encoding }
    case 'stream':
      return { kind: 'stream', entries: copiedStream(value.entries) }
  }
}

function copiedFields(fields: IndexedMap<ByteString>): IndexedMap<ByteString> {
  const copy = new IndexedMap<ByteString>()
  for (const [field, bytes] of fields) copy.set(field, bytes)
  return copy
}

function copiedMembers(members: SortedSet): SortedSet {
  const copy = sortedSet()
  for (const [member, score] of members) copy.set(member, score)
  return copy
}

function copiedStream(original: Stream): Stream {
  const copy = stream()
  for (const [id, fields] of original.range(streamIdMin, streamIdMax)) copy.append(id, fields)
  copy.lastId = original.lastId
  copy.maxDeletedId = original.maxDeletedId
  copy.entriesAdded = original.entriesAdded
  for (const [name, { lastDelivered, entriesRead, pending, consumers }] of original.groups) {
    const group = consumerGroup(name, lastDelivered, entriesRead)
    for (const [id, entry] of pending) group.pending.set(id, { ...entry })
    for (const [consumer, known] of consumers) group.consumers.set(consumer, { ...known })
    copy.groups.set(name, group)
  }
  return copy
}
