// The structures as plainly as can be, for tests of what reads and writes them.

import type { SortedSet } from '../../structures/sorted-set.ts'
import type { ConsumerGroup, Stream, StreamId } from '../../structures/stream.ts'
import type { ByteString } from '../../value.ts'
import type { Structures } from '../rdb/structures.ts'

/** Makes them. */
export const plainStructures: Structures = {
  sortedSet: () => new PlainSortedSet(),
  stream: () => new PlainStream(),
}

type Row = readonly [member: ByteString, score: number]

class PlainSortedSet implements SortedSet {
  readonly #scores = new Map<ByteString, number>()

  get size(): number {
    return this.#scores.size
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows()[Symbol.iterator]()
  }

  score(member: ByteString): number | undefined {
    return this.#scores.get(member)
  }

  set(member: ByteString, score: number): void {
    this.#scores.set(member, score)
  }

  delete(member: ByteString): boolean {
    return this.#scores.delete(member)
  }

  rank(member: ByteString): number | undefined {
    const rank = this.#rows().findIndex(([other]) => other === member)
    return rank < 0 ? undefined : rank
  }

  slice(from: number, to: number): readonly Row[] {
    return this.#rows().slice(from, to)
  }

  countBelow(score: number, isInclusive: boolean): number {
    return this.#rows().filter((row) => row[1] < score || (isInclusive && row[1] === score)).length
  }

  rankOfBytes(bytes: ByteString, isExclusive: boolean): number {
    return this.#rows().filter(([member]) => member < bytes || (isExclusive && member === bytes)).length
  }

  #rows(): Row[] {
    return [...this.#scores].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  }
}

class PlainStream implements Stream {
  readonly #entries: (readonly [StreamId, readonly ByteString[]])[] = []
  readonly groups = new Map<ByteString, ConsumerGroup>()
  lastId: StreamId = { ms: 0n, seq: 0n }
  maxDeletedId: StreamId = { ms: 0n, seq: 0n }
  entriesAdded = 0n

  get length(): number {
    return this.#entries.length
  }

  append(id: StreamId, fields: readonly ByteString[]): void {
    this.#entries.push([id, fields])
    this.lastId = id
    this.entriesAdded++
  }

  get(id: StreamId): readonly ByteString[] | undefined {
    return this.#entries.find(([other]) => compare(other, id) === 0)?.[1]
  }

  delete(id: StreamId): boolean {
    const place = this.#entries.findIndex(([other]) => compare(other, id) === 0)
    if (place >= 0) this.#entries.splice(place, 1)
    return place >= 0
  }

  range(
    first: StreamId,
    last: StreamId,
    options: { readonly count?: number; readonly isReversed?: boolean } = {},
  ): readonly (readonly [StreamId, readonly ByteString[]])[] {
    const inside = this.#entries.filter(([id]) => compare(id, first) >= 0 && compare(id, last) <= 0)
    return (options.isReversed === true ? inside.reverse() : inside).slice(0, options.count)
  }

  trimTo(length: number): number {
    return this.#entries.splice(0, Math.max(this.#entries.length - length, 0)).length
  }

  trimBelow(id: StreamId): number {
    const kept = this.#entries.findIndex(([other]) => compare(other, id) >= 0)
    return this.#entries.splice(0, kept < 0 ? this.#entries.length : kept).length
  }
}

function compare(a: StreamId, b: StreamId): number {
  const [x, y] = a.ms === b.ms ? [a.seq, b.seq] : [a.ms, b.ms]
  return x < y ? -1 : x > y ? 1 : 0
}
