// A range of seeds, as a sweep takes it: `1..1000`, or one seed alone.

import type { Seed } from '../random.ts'

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: Seed
  readonly last: Seed
}

/** Reads `A..B` or `A`; null when the text is neither, or not in order. */
export function parseSeedRange(text: string): SeedRange | null {
  const match = /^(\d{1,16})(?:\.\.(\d{1,16}))?$/.exec(text)
  if (match === null) return null
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last ? { first, last } : null
}

/** How many seeds a range holds. */
export function seedCount(range: SeedRange): number {
  return range.last - range.first + 1
}
