// How far a consumer group has come: how many entries it has read, counted from the stream's first, and how many are left.
// Redis keeps that as a counter where it can, derives it where the stream has no holes, and else does not know it.

import { compareIds, type StreamId, streamIdMax, streamIdMin } from './stream-id.ts'
import type { ConsumerGroup, Stream } from './stream.ts'

/** Whether an entry between an id and the end was deleted. */
export function hasHoles({ length, maxDeletedId }: Stream, from: StreamId): boolean {
  return length > 0 && compareIds(maxDeletedId, streamIdMin) > 0 && compareIds(from, maxDeletedId) <= 0
}

/** How many entries were added up to an id; null where that cannot be told. */
export function entriesUpTo(stream: Stream, id: StreamId): bigint | null {
  const { entriesAdded, length, lastId, maxDeletedId } = stream
  if (entriesAdded === 0n) return 0n
  if (length === 0 && compareIds(id, lastId) <= 0) return entriesAdded
  if (compareIds(id, streamIdMin) > 0 && compareIds(id, maxDeletedId) < 0) return null
  const toLast = compareIds(id, lastId)
  if (toLast >= 0) return toLast === 0 ? entriesAdded : null
  const first = stream.range(streamIdMin, streamIdMax, { count: 1 })[0]?.[0]
  if (first === undefined) return null
  const isWhole = compareIds(maxDeletedId, streamIdMin) === 0 || compareIds(maxDeletedId, first) < 0
  const toFirst = compareIds(id, first)
  if (!isWhole || toFirst > 0) return null
  return entriesAdded - BigInt(length) + (toFirst === 0 ? 1n : 0n)
}

/** A group was given an entry: its last id and its counter follow. Only for ids above its last one. */
export function advance(group: ConsumerGroup, stream: Stream, id: StreamId): void {
  if (group.entriesRead !== null && !hasHoles(stream, id)) group.entriesRead += 1n
  else if (stream.entriesAdded > 0n) group.entriesRead = entriesUpTo(stream, id)
  group.lastDelivered = id
}

/** How many entries a group has not read yet; null where that cannot be told. */
export function lagOf(group: ConsumerGroup, stream: Stream): bigint | null {
  const { entriesAdded } = stream
  if (entriesAdded === 0n) return 0n
  if (group.entriesRead !== null && !hasHoles(stream, group.lastDelivered))
    return entriesAdded - group.entriesRead
  const read = entriesUpTo(stream, group.lastDelivered)
  return read === null ? null : entriesAdded - read
}
