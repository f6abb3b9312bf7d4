// Ranges of sorted sets by rank, score or bytes: how their bounds are read, and which ranks they come to.

import { CommandError } from '../command-error.ts'
import { parseBound } from '../structures/number-text.ts'
import type { SortedSet } from '../structures/sorted-set.ts'
import type { ByteString } from '../value.ts'
import { argument, bounds, integer } from './arguments.ts'

/** Members at ranks from (inclusive) to (exclusive). */
export type Ranks = readonly [from: number, to: number]

/** A range that was read and not yet applied to a set. */
export type Range = (members: SortedSet) => Ranks

/** Ranks, negative ones from the end; in a reversed range they count from the highest. */
export function rankRange(start: ByteString, stop: ByteString, isReversed = false): Range {
  const [first, last] = [integer(start), integer(stop)]
  return ({ size }) => {
    const [from, to] = bounds(first, last, size)
    return isReversed ? [size - to, size - from] : [from, to]
  }
}

/** `1.5`, `(1.5`, `-inf`. */
export function scoreRange(min: ByteString, max: ByteString): Range {
  const [low, high] = [scoreBound(min), scoreBound(max)]
  return (members) =>
    ordered(members.countBelow(low.score, low.isOpen), members.countBelow(high.score, !high.isOpen))
}

function scoreBound(text: ByteString): { readonly score: number; readonly isOpen: boolean } {
  const isOpen = text.startsWith('(')
  const score = parseBound(isOpen ? text.slice(1) : text)
  if (score === undefined) throw new CommandError('ERR min or max is not a float')
  return { score, isOpen }
}

/** `[a`, `(a`, `-`, `+`. */
export function lexRange(min: ByteString, max: ByteString): Range {
  const [low, high] = [lexBound(min), lexBound(max)]
  return (members) => ordered(lexRank(members, low, low.isOpen), lexRank(members, high, !high.isOpen))
}

interface LexBound {
  readonly kind: 'bytes' | 'lowest' | 'highest'
  readonly bytes: ByteString
  readonly isOpen: boolean
}

function lexBound(text: ByteString): LexBound {
  if (text === '-') return { kind: 'lowest', bytes: '', isOpen: false }
  if (text === '+') return { kind: 'highest', bytes: '', isOpen: false }
  const first = text.charAt(0)
  if (first !== '(' && first !== '[') throw new CommandError('ERR min or max not valid string range item')
  return { kind: 'bytes', bytes: text.slice(1), isOpen: first === '(' }
}

function lexRank(members: SortedSet, bound: LexBound, isExclusive: boolean): number {
  if (bound.kind === 'lowest') return 0
  return bound.kind === 'highest' ? members.size : members.rankOfBytes(bound.bytes, isExclusive)
}

function ordered(from: number, to: number): Ranks {
  return [from, Math.max(from, to)]
}

/** What a range command asks for besides its bounds. */
export interface RangeQuery {
  readonly range: Range
  readonly isReversed: boolean
  readonly hasScores: boolean
  readonly offset: number
  /** Below 0: all. */
  readonly limit: number
}

/** What a command's name decides of a range; what it leaves open its options may say. */
export interface RangeForm {
  readonly by?: 'rank' | 'score' | 'bytes'
  readonly isReversed?: boolean
  readonly isStored?: boolean
}

/** Reads `min max [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]` from an index on. */
export function rangeQuery(args: readonly ByteString[], start: number, form: RangeForm): RangeQuery {
  const options = rangeOptions(args, start + 2, form)
  const { by = 'rank', isReversed = false, hasScores, limit, offset } = options
  if (limit !== -1 && by === 'rank') {
    throw new CommandError(
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
    )
  }
  if (hasScores && by === 'bytes')
    throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
  const [first, second] = [argument(args, start), argument(args, start + 1)]
  if (by === 'rank')
    return { range: rankRange(first, second, isReversed), isReversed, hasScores, limit, offset: 0 }
  const [min, max] = isReversed ? [second, first] : [first, second]
  const range = by === 'score' ? scoreRange(min, max) : lexRange(min, max)
  return { range, isReversed, hasScores, limit, offset }
}

interface RangeOptions {
  by: RangeForm['by']
  isReversed: boolean | undefined
  hasScores: boolean
  offset: number
  limit: number
}

function rangeOptions(args: readonly ByteString[], start: number, form: RangeForm): RangeOptions {
  const options: RangeOptions = {
    by: form.by,
    isReversed: form.isReversed,
    hasScores: false,
    offset: 0,
    limit: -1,
  }
  for (let at = start; at < args.length; at++) {
    const word = argument(args, at).toUpperCase()
    if (form.isStored !== true && word === 'WITHSCORES') options.hasScores = true
    else if (word === 'LIMIT' && at + 2 < args.length) {
      options.offset = integer(argument(args, at + 1))
      options.limit = integer(argument(args, at + 2))
      at += 2
    } else if (options.isReversed === undefined && word === 'REV') options.isReversed = true
    else if (options.by === undefined && word === 'BYLEX') options.by = 'bytes'
    else if (options.by === undefined && word === 'BYSCORE') options.by = 'score'
    else throw new CommandError('ERR syntax error')
  }
  return options
}

/** The members that a query asks for, in its order. */
export function selected(
  members: SortedSet,
  query: RangeQuery,
): readonly (readonly [member: ByteString, score: number])[] {
  const { range, isReversed, offset, limit } = query
  const [from, to] = range(members)
  const left = to - from - offset
  if (offset < 0 || left <= 0) return []
  const count = limit < 0 ? left : Math.min(limit, left)
  return isReversed
    ? members.slice(to - offset - count, to - offset).toReversed()
    : members.slice(from + offset, from + offset + count)
}
