// A range of seeds, as a sweep takes it: `1..1000`, or one seed alone.

import type { Seed } from '../random.ts'

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: Seed
  readonly last: Seed
  /** Only every so many of them, beginning with the first (default 1: all). */
  readonly step?: number
}

/** One of `count` parts of a range; `index` counts from 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Reads `A..B` or `A`; null when the text is neither, or not in order. */
export function parseSeedRange(text: string): SeedRange | null {
  const match = /^(\d{1,16})(?:\.\.(\d{1,16}))?$/.exec(text)
  if (match === null) return null
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last ? { first, last } : null
}

/** Reads `I/N`, such as `1/4`; null when the text is something else, or no such part. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text)
  const [index, count] = [Number(match?.[1]), Number(match?.[2])]
  return match !== null && index >= 1 && index <= count ? { index, count } : null
}

/** The seeds of one shard of a range: every so many. All shards together are the range. Null when none is left for it. */
export function shardOf({ first, last, step = 1 }: SeedRange, { index, count }: Shard): SeedRange | null {
  const begin = first + (index - 1) * step
  return begin > last ? null : { first: begin, last, step: step * count }
}

/** How many seeds a range holds. */
export function seedCount({ first, last, step = 1 }: SeedRange): number {
  return Math.floor((last - first) / step) + 1
}

/** The seed at a place of a range, counted from 0. */
export function seedAt({ first, step = 1 }: SeedRange, place: number): Seed {
  return first + place * step
}
