// Copies of values: COPY, and what a snapshot keeps while the original goes on.

import { ByteList } from './structures/byte-list.ts'
import { IndexedMap, IndexedSet } from './structures/indexed-map.ts'
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
    case 'stream':
      return value
  }
}

function copiedFields(fields: IndexedMap<ByteString>): IndexedMap<ByteString> {
  const copy = new IndexedMap<ByteString>()
  for (const [field, bytes] of fields) copy.set(field, bytes)
  return copy
}
