// The seeds of a scenario test, from what its options say.

import { parseSeedRange, type Seed, type SeedRange } from '../../sim/index.ts'

/** How many seeds, from 1 on; or which: a range, also as text (`"1..200"`). */
export type Seeds = number | string | SeedRange

/** The seeds in the order in which they are run: those of regressions first, none twice. Throws what is wrong. */
export function seedList(seeds: Seeds, regressions: readonly Seed[] = []): readonly Seed[] {
  const { first, last } = rangeOf(seeds)
  const all = Array.from({ length: last - first + 1 }, (_, place) => first + place)
  return [...new Set([...regressions, ...all])]
}

function rangeOf(seeds: Seeds): SeedRange {
  const range = typeof seeds === 'number' ? { first: 1, last: seeds } : seeds
  const parsed = parseSeedRange(typeof range === 'string' ? range : `${range.first}..${range.last}`)
  if (parsed === null)
    throw new RangeError(`seeds: got ${JSON.stringify(seeds)}, wanted how many, or a range such as "1..200"`)
  return parsed
}
