// A sorted set: members with scores, in the order of score and then bytes.

import type { ByteString } from '../value.ts'
import { BlockedOrder } from './blocked-order.ts'
import { IndexedMap } from './indexed-map.ts'

/** Members in the order of their scores, members of one score in the order of their bytes. */
export interface SortedSet extends Iterable<readonly [member: ByteString, score: number]> {
  readonly size: number
  /** Its score, or undefined. O(1). */
  score(member: ByteString): number | undefined
  /** Adds a member or moves it. O(log n). The score is no NaN. */
  set(member: ByteString, score: number): void
  /** Whether it was there. O(log n). */
  delete(member: ByteString): boolean
  /** How many stand before it, or undefined. O(log n). */
  rank(member: ByteString): number | undefined
  /** Members at ranks from (inclusive) to (exclusive). O(log n + m). */
  slice(from: number, to: number): readonly (readonly [member: ByteString, score: number])[]
  /** How many members have a score below (or, inclusive, up to) a bound. O(log n). */
  countBelow(score: number, isInclusive: boolean): number
  /** The rank of the first member whose bytes are not below (or, exclusive, above) a bound, where all scores are equal. O(log n). */
  rankOfBytes(bytes: ByteString, isExclusive: boolean): number
  /**
   * Visits at least `count` members (as far as there are) from a cursor, 0 for the start, in no particular order. Returns
   * the cursor to go on from, 0 at the end. A member that is there from the first call to the last is visited.
   */
  scan(cursor: number, count: number, visit: (member: ByteString, score: number) => void): number
}

/** An empty sorted set. */
export function sortedSet(): SortedSet {
  return new OrderedScores()
}

class OrderedScores implements SortedSet {
  readonly #scores = new IndexedMap<number>()
  readonly #order = new BlockedOrder()

  get size(): number {
    return this.#scores.size
  }

  score(member: ByteString): number | undefined {
    return this.#scores.get(member)
  }

  set(member: ByteString, score: number): void {
    const current = this.#scores.get(member)
    if (current === score) return
    this.#scores.set(member, score)
    // Who moves stays the same string: one that is new would be a second copy of it.
    this.#order.insert(current === undefined ? member : this.#order.remove(member, current), score)
  }

  delete(member: ByteString): boolean {
    const current = this.#scores.get(member)
    if (current === undefined) return false
    this.#order.remove(member, current)
    return this.#scores.delete(member)
  }

  rank(member: ByteString): number | undefined {
    const score = this.#scores.get(member)
    return score === undefined ? undefined : this.#order.rank(member, score)
  }

  slice(from: number, to: number): readonly (readonly [member: ByteString, score: number])[] {
    return this.#order.slice(Math.max(0, from), Math.min(this.size, to))
  }

  countBelow(score: number, isInclusive: boolean): number {
    return this.#order.countUntil((other) => (isInclusive ? other > score : other >= score))
  }

  rankOfBytes(bytes: ByteString, isExclusive: boolean): number {
    return this.#order.countUntil((_, member) => (isExclusive ? member > bytes : member >= bytes))
  }

  scan(cursor: number, count: number, visit: (member: ByteString, score: number) => void): number {
    return this.#scores.scan(cursor, count, visit)
  }

  [Symbol.iterator](): Iterator<readonly [member: ByteString, score: number]> {
    return this.#order[Symbol.iterator]()
  }
}
