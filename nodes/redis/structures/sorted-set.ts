// A sorted set: members with scores, in the order of score and then bytes.

import type { ByteString } from '../value.ts'

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
}
