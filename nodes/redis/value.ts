// What a key can hold. Redis strings are bytes; here each byte is one character (0..255) of a JavaScript string, which is
// compact, hashes fast and compares by bytes. RESP decodes to it and encodes from it without another step.
//
// `encoding` is what OBJECT ENCODING says. As in Redis it only ever goes from the small form to the large one, and it decides
// in which order small collections are told: sets of integers by number, small hashes as they were filled.

import { ByteList } from './structures/byte-list.ts'
import { IndexedMap, IndexedSet } from './structures/indexed-map.ts'
import { type SortedSet, sortedSet } from './structures/sorted-set.ts'
import { type Stream, stream } from './structures/stream.ts'

/** Bytes as text: every character is one byte. */
export type ByteString = string

/**
 * A string. `isRaw` where it was changed in place, `isText` where nobody has looked whether it is a number (INCRBYFLOAT):
 * how it is kept follows from that, whatever its bytes are now.
 */
export interface StringValue {
  readonly kind: 'string'
  bytes: ByteString
  isRaw: boolean
  isText?: boolean
}

/** A list. */
export interface ListValue {
  readonly kind: 'list'
  readonly items: ByteList
}

/** A set. */
export interface SetValue {
  readonly kind: 'set'
  readonly members: IndexedSet
  encoding: 'intset' | 'hashtable'
}

/** A hash: fields in the order in which they came. */
export interface HashValue {
  readonly kind: 'hash'
  readonly fields: IndexedMap<ByteString>
  encoding: 'listpack' | 'hashtable'
}

/** A sorted set. */
export interface SortedSetValue {
  readonly kind: 'zset'
  readonly members: SortedSet
  encoding: 'listpack' | 'skiplist'
}

/** A stream. */
export interface StreamValue {
  readonly kind: 'stream'
  readonly entries: Stream
}

/** What a key can hold. */
export type Value = StringValue | ListValue | SetValue | HashValue | SortedSetValue | StreamValue

/** The value of a kind. */
export type ValueOf<K extends Value['kind']> = Extract<Value, { readonly kind: K }>

/** A key's value, when it expires, and when it was last used. */
export interface Entry {
  value: Value
  /** Milliseconds since 1970, or null for never. */
  expiresAt: number | null
  /** `Keyspace.accessTime` of the last access (where the policy is LFU: of the last decay). */
  accessedAt: number
  /** Logarithmic counter of accesses, 0..255 (LFU). */
  frequency: number
  /** What it was last estimated to take, in bytes; kept by the database. */
  size: number
}

/** A string value as SET makes it. */
export function stringValue(bytes: ByteString, isRaw = false): StringValue {
  return { kind: 'string', bytes, isRaw }
}

/** An empty list. */
export function listValue(): ListValue {
  return { kind: 'list', items: new ByteList() }
}

/** An empty set. */
export function setValue(): SetValue {
  return { kind: 'set', members: new IndexedSet(), encoding: 'intset' }
}

/** An empty hash. */
export function hashValue(): HashValue {
  return { kind: 'hash', fields: new IndexedMap<ByteString>(), encoding: 'listpack' }
}

/** An empty sorted set. */
export function sortedSetValue(): SortedSetValue {
  return { kind: 'zset', members: sortedSet(), encoding: 'listpack' }
}

/** An empty stream. */
export function streamValue(): StreamValue {
  return { kind: 'stream', entries: stream() }
}
