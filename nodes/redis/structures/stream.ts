// A stream: entries with growing ids, and consumer groups that hand them out. Entries lie in nodes of the size that Redis
// gives its own, because an approximate trim only takes whole ones.

import type { ByteString } from '../value.ts'
import { PendingEntries } from './pending-entries.ts'
import { compareIds, type StreamId, streamIdMax, streamIdMin } from './stream-id.ts'
import { StreamNode, type StreamNodeBounds, usualNode } from './stream-node.ts'

export type { PendingEntry } from './pending-entries.ts'
export type { StreamId } from './stream-id.ts'

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
  readonly pending: PendingEntries
  readonly consumers: Map<ByteString, Consumer>
}

/** An entry: its id and [field, value, field, value, …]. */
export type StreamEntry = readonly [id: StreamId, fields: readonly ByteString[]]

/** What trimming keeps: the newest so many entries, or those from an id on. */
export type TrimGoal =
  { readonly kind: 'length'; readonly length: number } | { readonly kind: 'id'; readonly id: StreamId }

/** Whether only whole nodes go, and how many entries at most (0: any number). */
export interface TrimOptions {
  readonly isApproximate?: boolean
  readonly limit?: number
}

/** A stream. */
export interface Stream {
  readonly length: number
  lastId: StreamId
  maxDeletedId: StreamId
  entriesAdded: bigint
  readonly groups: Map<ByteString, ConsumerGroup>
  /** The first ids of the nodes that its entries lie in. */
  nodeIds(): readonly StreamId[]
  /** Adds an entry whose id is above `lastId`. */
  append(id: StreamId, fields: readonly ByteString[], bounds?: StreamNodeBounds): void
  get(id: StreamId): readonly ByteString[] | undefined
  /** Deletes an entry; whether it was there. `maxDeletedId` follows. */
  delete(id: StreamId): boolean
  /** Entries with first <= id <= last, at most `count`, in order or reversed. O(log n + m). */
  range(first: StreamId, last: StreamId, options?: RangeOptions): readonly StreamEntry[]
  /** Removes the oldest entries. Returns how many went. */
  trim(goal: TrimGoal, options?: TrimOptions): number
}

/** How many entries, and from which end. */
export interface RangeOptions {
  readonly count?: number
  readonly isReversed?: boolean
}

/** An empty stream. */
export function stream(): Stream {
  return new NodedStream()
}

/** A group without consumers. */
export function consumerGroup(
  name: ByteString,
  lastDelivered: StreamId,
  entriesRead: bigint | null,
): ConsumerGroup {
  return { name, lastDelivered, entriesRead, pending: new PendingEntries(), consumers: new Map() }
}

class NodedStream implements Stream {
  lastId: StreamId = streamIdMin
  maxDeletedId: StreamId = streamIdMin
  entriesAdded = 0n
  readonly groups: Map<ByteString, ConsumerGroup> = new Map()
  readonly #nodes: StreamNode[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  nodeIds(): readonly StreamId[] {
    return this.#nodes.map((node) => node.first)
  }

  append(id: StreamId, fields: readonly ByteString[], bounds: StreamNodeBounds = usualNode): void {
    const last = this.#nodes.at(-1)
    if (last === undefined || !last.hasRoomFor(fields, bounds)) this.#nodes.push(new StreamNode(id, fields))
    else last.append(id, fields)
    this.#length++
    this.lastId = id
    this.entriesAdded++
  }

  get(id: StreamId): readonly ByteString[] | undefined {
    const node = this.#nodes[this.#nodeOf(id)]
    const entry = node?.entries[node.place(id)]
    return entry !== undefined && compareIds(entry[0], id) === 0 ? entry[1] : undefined
  }

  delete(id: StreamId): boolean {
    const index = this.#nodeOf(id)
    const node = this.#nodes[index]
    const at = node?.place(id) ?? 0
    const entry = node?.entries[at]
    if (node === undefined || entry === undefined || compareIds(entry[0], id) !== 0) return false
    node.entries.splice(at, 1)
    if (node.entries.length === 0) this.#nodes.splice(index, 1)
    this.#length--
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
    return true
  }

  range(first: StreamId, last: StreamId, options: RangeOptions = {}): readonly StreamEntry[] {
    const { count = Infinity, isReversed = false } = options
    return isReversed ? this.#backward(first, last, count) : this.#forward(first, last, count)
  }

  #forward(first: StreamId, last: StreamId, count: number): StreamEntry[] {
    const found: StreamEntry[] = []
    let at: number | undefined
    for (let index = this.#nodeOf(first); index < this.#nodes.length; index++) {
      const node = this.#nodes[index]
      if (node === undefined) break
      for (at ??= node.place(first); at < node.entries.length; at++) {
        const entry = node.entries[at]
        if (entry === undefined || found.length >= count || compareIds(entry[0], last) > 0) return found
        found.push(entry)
      }
      at = 0
    }
    return found
  }

  #backward(first: StreamId, last: StreamId, count: number): StreamEntry[] {
    const found: StreamEntry[] = []
    for (let index = Math.min(this.#nodeOf(last), this.#nodes.length - 1); index >= 0; index--) {
      const entries = this.#nodes[index]?.entries ?? []
      for (const entry of entries.toReversed()) {
        if (compareIds(entry[0], last) > 0) continue
        if (found.length >= count || compareIds(entry[0], first) < 0) return found
        found.push(entry)
      }
    }
    return found
  }

  trim(goal: TrimGoal, options: TrimOptions = {}): number {
    const { isApproximate = false, limit = 0 } = options
    let whole = 0
    let removed = 0
    for (const node of this.#nodes) {
      const size = node.entries.length
      if (goal.kind === 'length' && this.#length <= goal.length) break
      if (limit > 0 && removed + size > limit) break
      const goes =
        goal.kind === 'length' ? this.#length - size >= goal.length : compareIds(node.lastAdded, goal.id) < 0
      const count = goes ? size : isApproximate ? 0 : this.#surplus(node, goal)
      if (!goes) node.entries.splice(0, count)
      else whole++
      this.#length -= count
      removed += count
      if (!goes) break
    }
    this.#nodes.splice(0, whole)
    return removed
  }

  /** How many of a node's entries have to go, where not all do. */
  #surplus(node: StreamNode, goal: TrimGoal): number {
    return goal.kind === 'length' ? this.#length - goal.length : node.place(goal.id)
  }

  /** The first node with an entry that is not below an id. */
  #nodeOf(id: StreamId): number {
    let low = 0
    let high = this.#nodes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareIds(this.#nodes[middle]?.entries.at(-1)?.[0] ?? streamIdMax, id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
