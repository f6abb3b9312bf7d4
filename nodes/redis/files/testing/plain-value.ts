// Values as plain data that tests compare, and arbitrary ones for fast-check.

import fc from 'fast-check'

import { ByteList } from '../../structures/byte-list.ts'
import { IndexedMap, IndexedSet } from '../../structures/indexed-map.ts'
import { sortedSet } from '../../structures/sorted-set.ts'
import { consumerGroup, type Stream, stream as emptyStream, type StreamId } from '../../structures/stream.ts'
import { type ByteString, stringValue, type Value } from '../../value.ts'
import type { SavedEntry } from '../rdb/writer.ts'
import { encodingLimits, isIntset, isListpack } from '../rdb/encodings.ts'

/** A value as plain data in which order does not matter where Redis has none. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'string':
      return value.bytes
    case 'list':
      return [...value.items]
    case 'set':
      return { set: [...value.members].sort(), encoding: value.encoding }
    case 'hash':
      return { hash: [...value.fields].sort(([a], [b]) => (a < b ? -1 : 1)), encoding: value.encoding }
    case 'zset':
      return { zset: [...value.members], encoding: value.encoding }
    case 'stream':
      return plainStream(value.entries)
  }
}

/** A key's value and expiry as plain data. */
export function plainEntry({ value, expiresAt }: SavedEntry): unknown {
  return { value: plain(value), expiresAt }
}

const maxId: StreamId = { ms: 0xffff_ffff_ffff_ffffn, seq: 0xffff_ffff_ffff_ffffn }

function plainStream(stream: Stream): unknown {
  const show = ({ ms, seq }: StreamId): string => `${ms}-${seq}`
  return {
    entries: stream.range({ ms: 0n, seq: 0n }, maxId).map(([id, fields]) => [show(id), fields]),
    lastId: show(stream.lastId),
    maxDeletedId: show(stream.maxDeletedId),
    entriesAdded: stream.entriesAdded,
    groups: [...stream.groups.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, lastDelivered, entriesRead, pending, consumers }) => ({
        name,
        lastDelivered: show(lastDelivered),
        entriesRead,
        pending: [...pending.values()].map((entry) => ({ ...entry, id: show(entry.id) })),
        consumers: [...consumers.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      })),
  }
}

/** Byte strings: short ones, texts of numbers, ones that repeat themselves, long ones. */
export const byteStrings: fc.Arbitrary<ByteString> = fc.oneof(
  { weight: 4, arbitrary: bytesUpTo(12) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: -5000, max: 70_000 }).map(String) },
  { weight: 1, arbitrary: fc.tuple(bytesUpTo(5), fc.nat(300)).map(([text, times]) => text.repeat(times)) },
  { weight: 1, arbitrary: bytesUpTo(5000) },
  { weight: 1, arbitrary: fc.constantFrom('', '-0', '01', '+1', ' 1', '9223372036854775808', '-') },
)

const scores = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.constantFrom(Infinity, -Infinity, 0, -0, 1e17, 2 ** 53, 0.1, 1e-7, 1e300, 5e-324),
)

const streams = fc
  .record({
    entries: fc.array(
      fc.tuple(
        fc.bigInt(1n, 5n),
        fc.array(fc.tuple(byteStrings, byteStrings), { minLength: 1, maxLength: 3 }),
      ),
      {
        maxLength: 12,
      },
    ),
    start: fc.bigInt(0n, 2n ** 63n),
    groups: fc.uniqueArray(byteStrings, { maxLength: 2 }),
    at: fc.nat(),
  })
  .map(({ entries, start, groups, at }): Value => {
    const stream = emptyStream()
    let ms = start
    for (const [step, fields] of entries) {
      ms += step
      stream.append({ ms, seq: step }, fields.flat())
    }
    stream.maxDeletedId = { ms: start, seq: 7n }
    stream.entriesAdded += 3n
    for (const name of groups) {
      const group = consumerGroup(name, stream.lastId, at % 2 === 0 ? null : BigInt(at))
      for (const [step, name] of ['idle', 'busy'].entries())
        group.consumers.set(name, { name, seenAt: at + step })
      for (const [id] of stream.range({ ms: 0n, seq: 0n }, maxId, { count: 5 }))
        group.pending.set(`${id.ms}-${id.seq}`, { id, consumer: 'busy', deliveredAt: at, deliveries: 3 })
      stream.groups.set(name, group)
    }
    return { kind: 'stream', entries: stream }
  })

/** A list. */
export function list(items: readonly ByteString[]): Value {
  return { kind: 'list', items: new ByteList(items) }
}

/** A set, encoded as Redis would. */
export function set(members: readonly ByteString[]): Value {
  const encoding = isIntset([...new Set(members)], encodingLimits) ? 'intset' : 'hashtable'
  return { kind: 'set', members: new IndexedSet(members), encoding }
}

/** A hash, encoded as Redis would. */
export function hash(pairs: readonly (readonly [ByteString, ByteString])[]): Value {
  const fields = new IndexedMap<ByteString>()
  for (const [field, value] of pairs) fields.set(field, value)
  const isSmall = isListpack(fields.size, [...fields].flat(), 512, 64)
  return { kind: 'hash', fields, encoding: isSmall ? 'listpack' : 'hashtable' }
}

/** A sorted set, encoded as Redis would. */
export function zset(rows: readonly (readonly [ByteString, number])[]): Value {
  const members = sortedSet()
  for (const [member, score] of rows) members.set(member, score)
  const names = rows.map(([member]) => member)
  return {
    kind: 'zset',
    members,
    encoding: isListpack(members.size, names, 128, 64) ? 'listpack' : 'skiplist',
  }
}

const someStrings = fc.array(byteStrings, { minLength: 1 })
const someIntegers = fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 1 })

/** Values of every kind, none of them empty. */
export const values: fc.Arbitrary<Value> = fc.oneof(
  byteStrings.map((bytes) => stringValue(bytes)),
  someStrings.map(list),
  someStrings.map(set),
  someIntegers.map((all) => set(all.map(String))),
  fc.array(fc.tuple(byteStrings, byteStrings), { minLength: 1 }).map(hash),
  fc.array(fc.tuple(byteStrings, scores), { minLength: 1 }).map(zset),
  streams,
)

/** Keys with values, some of which expire. */
export const entries: fc.Arbitrary<Map<ByteString, SavedEntry>> = fc
  .array(fc.tuple(byteStrings, values, fc.option(fc.integer({ min: 0, max: 2 ** 41 }))))
  .map((all) => new Map(all.map(([key, value, expiresAt]) => [key, { value, expiresAt }])))

function bytesUpTo(max: number): fc.Arbitrary<ByteString> {
  return fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes).toString('latin1'))
}
