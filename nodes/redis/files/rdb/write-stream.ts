// Streams as RDB files hold them from Redis 7.0 on (the second version; read-stream.ts says how they look).

import { ByteSink } from '../bytes/byte-sink.ts'
import { ListpackWriter } from '../packed/listpack.ts'
import { compareIds } from '../../structures/stream-id.ts'
import type { ConsumerGroup, Stream, StreamId } from '../../structures/stream.ts'
import type { ByteString } from '../../value.ts'
import { writeBlob, writeLength, writeLength64, writeString } from './strings.ts'

const hasMasterFields = '2'
const firstId: StreamId = { ms: 0n, seq: 0n }
const lastId: StreamId = { ms: 0xffff_ffff_ffff_ffffn, seq: 0xffff_ffff_ffff_ffffn }

type StreamEntry = readonly [id: StreamId, fields: readonly ByteString[]]

/** Writes a stream. */
export function writeStream(sink: ByteSink, stream: Stream, isCompressing: boolean): void {
  const packs = packsOf(stream)
  writeLength(sink, packs.length)
  for (const entries of packs) {
    writeBlob(sink, keyOf(entries), isCompressing)
    writeBlob(sink, packOf(entries), isCompressing)
  }
  writeLength(sink, stream.length)
  writeId(sink, stream.lastId)
  writeId(sink, packs[0]?.[0]?.[0] ?? firstId)
  writeId(sink, stream.maxDeletedId)
  writeLength64(sink, stream.entriesAdded)
  writeLength(sink, stream.groups.size)
  for (const group of byName(stream.groups)) writeGroup(sink, group, isCompressing)
}

/** The entries of each node that Redis would have. Of those that were deleted nothing is left here, where Redis marks them. */
function packsOf(stream: Stream): StreamEntry[][] {
  const packs: StreamEntry[][] = []
  const nodes = stream.nodeIds()
  for (const entry of stream.range(firstId, lastId)) {
    const node = nodes[packs.length]
    if (node !== undefined && compareIds(node, entry[0]) <= 0) packs.push([entry])
    else packs.at(-1)?.push(entry)
  }
  return packs
}

function keyOf([entry]: readonly StreamEntry[]): Buffer {
  const sink = new ByteSink(16)
  writeRawId(sink, entry?.[0] ?? firstId)
  return sink.take()
}

function packOf(entries: readonly StreamEntry[]): Buffer {
  const writer = new ListpackWriter()
  const [base, master] = entries[0] ?? [firstId, []]
  const fields = master.filter((_, place) => place % 2 === 0)
  for (const number of [entries.length, 0, fields.length]) writer.pushNumber(number)
  for (const field of fields) writer.push(field)
  writer.pushNumber(0)
  for (const [id, content] of entries) {
    const isAlike =
      content.length === fields.length * 2 && fields.every((field, place) => content[place * 2] === field)
    writer.push(isAlike ? hasMasterFields : '0')
    writer.push(String(BigInt.asIntN(64, id.ms - base.ms)))
    writer.push(String(BigInt.asIntN(64, id.seq - base.seq)))
    if (!isAlike) writer.pushNumber(content.length / 2)
    for (const [place, text] of content.entries()) if (!isAlike || place % 2 === 1) writer.push(text)
    writer.pushNumber(isAlike ? fields.length + 3 : content.length + 4)
  }
  return writer.take()
}

function writeGroup(sink: ByteSink, group: ConsumerGroup, isCompressing: boolean): void {
  writeString(sink, group.name, isCompressing)
  writeId(sink, group.lastDelivered)
  writeLength64(sink, group.entriesRead ?? -1n)
  writeLength(sink, group.pending.size)
  const idsOf = new Map<ByteString, StreamId[]>([...group.consumers.keys()].map((name) => [name, []]))
  for (const { id, consumer, deliveredAt, deliveries } of group.pending.values()) {
    writeRawId(sink, id)
    sink.int64(BigInt(deliveredAt))
    writeLength(sink, deliveries)
    idsOf.get(consumer)?.push(id)
  }
  writeLength(sink, group.consumers.size)
  for (const { name, seenAt } of byName(group.consumers)) {
    writeString(sink, name, isCompressing)
    sink.int64(BigInt(seenAt))
    const ids = idsOf.get(name) ?? []
    writeLength(sink, ids.length)
    for (const id of ids) writeRawId(sink, id)
  }
}

// In the order in which Redis keeps and writes them.
function byName<T extends { readonly name: ByteString }>(all: ReadonlyMap<ByteString, T>): T[] {
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function writeId(sink: ByteSink, { ms, seq }: StreamId): void {
  writeLength64(sink, ms)
  writeLength64(sink, seq)
}

function writeRawId(sink: ByteSink, { ms, seq }: StreamId): void {
  sink.uint64BigEndian(ms)
  sink.uint64BigEndian(seq)
}
