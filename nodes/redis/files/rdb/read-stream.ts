// Streams in RDB files: listpacks of entries, then what the stream knows of itself, then its consumer groups.
//
// A listpack: the number of entries, of deleted ones, of the master's fields, those fields, 0; then for each entry
//   flags (1: deleted, 2: it has the master's fields) | ms and seq less those of the listpack's key |
//   number of fields, fields and values (or the values only) | how many elements that were

import type { ByteSource } from '../bytes/byte-source.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { integerOf, smallIntegerOf } from '../bytes/integers.ts'
import { readListpack } from '../packed/listpack.ts'
import {
  type ConsumerGroup,
  consumerGroup,
  type PendingEntry,
  type Stream,
  stream as emptyStream,
  type StreamId,
} from '../../structures/stream.ts'
import type { ByteString } from '../../value.ts'
import { readInside, readLength, readLength64, readString } from './strings.ts'

const isDeleted = 1
const hasMasterFields = 2

/** Reads a stream of version 1, 2 or 3 of its format. */
export function readStream(source: ByteSource, version: 1 | 2 | 3): Stream {
  const stream = emptyStream()
  let last: StreamId = { ms: 0n, seq: 0n }
  for (let packs = readLength(source); packs > 0; packs--) last = readPack(source, stream, last)
  const place = source.place
  const length = readLength(source)
  if (length !== stream.length) throw source.wrong(`a length of ${length}`, `${stream.length} entries`, place)
  stream.lastId = readId(source)
  if (isBelow(stream.lastId, last)) throw source.wrong('a last id below that of an entry', 'one above', place)
  if (version > 1) {
    readId(source) // Of the first entry, which is known.
    stream.maxDeletedId = readId(source)
    stream.entriesAdded = BigInt(readLength64(source))
  } else stream.entriesAdded = BigInt(stream.length)
  for (let groups = readLength(source); groups > 0; groups--) readGroup(source, stream, version)
  return stream
}

function readPack(source: ByteSource, stream: Stream, before: StreamId): StreamId {
  const keyPlace = source.place
  const key = Buffer.from(readString(source), 'latin1')
  if (key.length !== 16) throw source.wrong(`a key of ${key.length} bytes`, '16 bytes', keyPlace)
  const base = { ms: key.readBigUInt64BE(0), seq: key.readBigUInt64BE(8) }
  return readInside(source, (bytes, offset) =>
    readEntries(new Pack(readListpack(bytes, offset), offset), stream, base, before),
  )
}

function readEntries(pack: Pack, stream: Stream, base: StreamId, before: StreamId): StreamId {
  const count = pack.number() + pack.number()
  const fields = Array.from(pack.take(pack.number()))
  if (pack.next() !== '0') throw pack.wrong('no end of the master entry', '0')
  let last = before
  let entries = 0
  for (; !pack.isAtEnd; entries++) {
    const flags = pack.number()
    const id = { ms: wrap(base.ms + pack.integer()), seq: wrap(base.seq + pack.integer()) }
    const content = (flags & hasMasterFields) !== 0 ? pack.values(fields) : pack.take(pack.number() * 2)
    pack.next() // The number of elements, for reading backwards.
    if ((flags & isDeleted) !== 0) continue
    if (!isBelow(last, id)) throw pack.wrong(`an entry ${show(id)} after ${show(last)}`, 'ids that grow')
    stream.append(id, content)
    last = id
  }
  if (entries !== count) throw pack.wrong(`${entries} entries`, `${count}`)
  return last
}

// The elements of a stream's listpack, one after another.
class Pack {
  readonly #elements: readonly ByteString[]
  readonly #offset: number
  #place = 0

  constructor(elements: readonly ByteString[], offset: number) {
    this.#elements = elements
    this.#offset = offset
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#elements.length
  }

  next(): ByteString {
    const element = this.#elements[this.#place++]
    if (element === undefined) throw this.wrong('the end of a listpack', 'more of a stream entry')
    return element
  }

  integer(): bigint {
    const text = this.next()
    const value = integerOf(text)
    if (value === null) throw this.wrong('a string', 'an integer')
    return value
  }

  number(): number {
    const value = smallIntegerOf(this.next())
    if (value === null || value < 0) throw this.wrong('no count', 'a count')
    return value
  }

  take(count: number): readonly ByteString[] {
    if (this.#place + count > this.#elements.length) throw this.wrong(`${count} fields`, 'as many elements')
    const taken = this.#elements.slice(this.#place, this.#place + count)
    this.#place += count
    return taken
  }

  values(fields: readonly ByteString[]): readonly ByteString[] {
    const values = this.take(fields.length)
    return fields.flatMap((field, place) => [field, values[place] ?? ''])
  }

  wrong(got: string, wanted: string): RedisFileError {
    return new RedisFileError(this.#offset, got, `${wanted} (element ${this.#place} of a stream's listpack)`)
  }
}

function readGroup(source: ByteSource, stream: Stream, version: 1 | 2 | 3): void {
  const place = source.place
  const name = readString(source)
  if (stream.groups.has(name)) throw source.wrong('a consumer group twice', 'each once', place)
  const lastDelivered = readId(source)
  const read = version > 1 ? entriesRead(readLength64(source)) : null
  const group = consumerGroup(name, lastDelivered, read)
  // Deliveries come first, and then each consumer with the ids of its own.
  for (let count = readLength(source); count > 0; count--) readPending(source, group)
  for (let count = readLength(source); count > 0; count--) readConsumer(source, group, version)
  const orphan = [...group.pending.values()].find(({ consumer }) => consumer === unowned)
  if (orphan !== undefined) throw source.wrong(`${show(orphan.id)} pending for nobody`, 'a consumer')
  stream.groups.set(name, group)
}

// No name: it is set when the consumer that has the entry is read. Two characters that no byte string has.
const unowned = '\u{1F47B}'

function readPending(source: ByteSource, group: ConsumerGroup): void {
  const place = source.place
  const id = { ms: source.uint64BigEndian(), seq: source.uint64BigEndian() }
  const deliveredAt = Number(source.int64())
  const entry: PendingEntry = { id, consumer: unowned, deliveredAt, deliveries: readLength(source) }
  if (group.pending.has(show(id))) throw source.wrong(`${show(id)} pending twice`, 'each once', place)
  group.pending.set(show(id), entry)
}

function readConsumer(source: ByteSource, group: ConsumerGroup, version: 1 | 2 | 3): void {
  const start = source.place
  const name = readString(source)
  if (group.consumers.has(name)) throw source.wrong('a consumer twice', 'each once', start)
  group.consumers.set(name, { name, seenAt: Number(source.int64()) })
  if (version > 2) source.int64() // When it was active last, which Redis 7.0 does not know.
  for (let count = readLength(source); count > 0; count--) {
    const place = source.place
    const id = { ms: source.uint64BigEndian(), seq: source.uint64BigEndian() }
    const entry = group.pending.get(show(id))
    if (entry === undefined || entry.consumer !== unowned)
      throw source.wrong(`${show(id)} of a consumer`, 'an id that is pending for no other', place)
    entry.consumer = name
  }
}

function readId(source: ByteSource): StreamId {
  return { ms: BigInt(readLength64(source)), seq: BigInt(readLength64(source)) }
}

function entriesRead(value: bigint | number): bigint | null {
  const read = BigInt.asIntN(64, BigInt(value))
  return read === -1n ? null : read
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

function isBelow(a: StreamId, b: StreamId): boolean {
  return a.ms === b.ms ? a.seq < b.seq : a.ms < b.ms
}

function show({ ms, seq }: StreamId): string {
  return `${ms}-${seq}`
}
