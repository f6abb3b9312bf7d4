// A stream: entries with growing ids, and consumer groups that hand them out.

import type { ByteString } from '../value.ts'

/** Milliseconds and a sequence number; written `ms-seq`. Both are up to 2^64-1, hence bigint. */
export interface StreamId {
  readonly ms: bigint
  readonly seq: bigint
}

/** An entry that was handed to a consumer and not acknowledged. */
export interface PendingEntry {
  readonly id: StreamId
  consumer: ByteString
  /** Milliseconds since 1970. */
  deliveredAt: number
  deliveries: number
}

/** A consumer of a group. */
export interface Consumer {
  readonly name: ByteString
  /** Milliseconds since 1970 of its last try to read, claim or acknowledge. */
  seenAt: number
}

/** A consumer group. */
export interface ConsumerGroup {
  readonly name: ByteString
  lastDelivered: StreamId
  /** How many entries were ever read by the group; null where that is not known. */
  entriesRead: bigint | null
  /** By the id's text. In the order of ids. */
  readonly pending: Map<string, PendingEntry>
  readonly consumers: Map<ByteString, Consumer>
}

/** A stream. Entries are [field, value, field, value, …]. */
export interface Stream {
  readonly length: number
  lastId: StreamId
  maxDeletedId: StreamId
  entriesAdded: bigint
  readonly groups: Map<ByteString, ConsumerGroup>
  /** Adds an entry whose id is above `lastId`. */
  append(id: StreamId, fields: readonly ByteString[]): void
  get(id: StreamId): readonly ByteString[] | undefined
  delete(id: StreamId): boolean
  /** Entries with first <= id <= last, at most `count`, in order or reversed. O(log n + m). */
  range(
    first: StreamId,
    last: StreamId,
    options?: { readonly count?: number; readonly isReversed?: boolean },
  ): readonly (readonly [id: StreamId, fields: readonly ByteString[]])[]
  /** Removes the oldest entries until at most so many are left, or none below an id. Returns how many went. */
  trimTo(length: number, limit?: number): number
  trimBelow(id: StreamId, limit?: number): number
}
