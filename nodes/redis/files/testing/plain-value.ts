// Values as plain data that tests compare, and arbitrary ones for fast-check.

import fc from 'fast-check'

import type { Stream, StreamId } from '../../structures/stream.ts'
import type { ByteString, Entry, Value } from '../../value.ts'
import { plainStructures } from './plain-structures.ts'

/** A value as plain data in which order does not matter where Redis has none. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'string':
      return value.bytes
    case 'list':
      return [...value.items]
    case 'set':
      return { set: [...value.members].sort() }
    case 'hash':
      return { hash: [...value.fields].sort(([a], [b]) => (a < b ? -1 : 1)) }
    case 'zset':
      return { zset: [...value.members] }
    case 'stream':
      return plainStream(value.entries)
  }
}

/** A key's value and expiry as plain data. */
export function plainEntry({ value, expiresAt }: Entry): unknown {
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
    groups: [...stream.groups.values()].map(({ name, lastDelivered, entriesRead, pending, consumers }) => ({
      name,
      lastDelivered: show(lastDelivered),
      entriesRead,
      pending: [...pending.values()].map((entry) => ({ ...entry, id: show(entry.id) })),
      consumers: [...consumers.values()],
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
    const stream = plainStructures.stream()
    let ms = start
    for (const [step, fields] of entries) {
      ms += step
      stream.append({ ms, seq: step }, fields.flat())
    }
    stream.maxDeletedId = { ms: start, seq: 7n }
    stream.entriesAdded += 3n
    for (const name of groups) {
      const group = {
        name,
        lastDelivered: stream.lastId,
        entriesRead: at % 2 === 0 ? null : BigInt(at),
        pending: new Map(),
        consumers: new Map([
          ['idle', { name: 'idle', seenAt: at }],
          ['busy', { name: 'busy', seenAt: at + 1 }],
        ]),
      }
      for (const [id] of stream.range({ ms: 0n, seq: 0n }, maxId, { count: 5 }))
        group.pending.set(`${id.ms}-${id.seq}`, { id, consumer: 'busy', deliveredAt: at, deliveries: 3 })
      stream.groups.set(name, group)
    }
    return { kind: 'stream', entries: stream }
  })

/** Values of every kind, none of them empty. */
export const values: fc.Arbitrary<Value> = fc.oneof(
  byteStrings.map((bytes): Value => ({ kind: 'string', bytes })),
  fc.array(byteStrings, { minLength: 1 }).map((items): Value => ({ kind: 'list', items })),
  fc.array(byteStrings, { minLength: 1 }).map((all): Value => ({ kind: 'set', members: new Set(all) })),
  fc
    .array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 1 })
    .map((all): Value => ({ kind: 'set', members: new Set(all.map(String)) })),
  fc
    .array(fc.tuple(byteStrings, byteStrings), { minLength: 1 })
    .map((all): Value => ({ kind: 'hash', fields: new Map(all) })),
  fc.array(fc.tuple(byteStrings, scores), { minLength: 1 }).map((all): Value => {
    const members = plainStructures.sortedSet()
    for (const [member, score] of all) members.set(member, score)
    return { kind: 'zset', members }
  }),
  streams,
)

/** Keys with values, some of which expire. */
export const entries: fc.Arbitrary<Map<ByteString, Entry>> = fc
  .array(fc.tuple(byteStrings, values, fc.option(fc.integer({ min: 0, max: 2 ** 41 }))))
  .map((all) => new Map(all.map(([key, value, expiresAt]) => [key, { value, expiresAt }])))

function bytesUpTo(max: number): fc.Arbitrary<ByteString> {
  return fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes).toString('latin1'))
}
