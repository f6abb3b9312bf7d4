// Back-ends for properties of balancing.

import * as fc from 'fast-check'

import type { Candidate } from '../index.ts'

/** Candidates of some names, with a weight and open requests each. */
export function candidates({
  weightMax,
  openMax,
  most,
}: {
  readonly weightMax: number
  readonly openMax: number
  readonly most: number
}): fc.Arbitrary<readonly Candidate[]> {
  const one = fc.record({
    name: fc.integer({ min: 1, max: 40 }).map((number) => `backend-${number}`),
    weight: fc.integer({ min: 1, max: weightMax }),
    open: fc.nat(openMax),
  })
  return fc.uniqueArray(one, { minLength: 1, maxLength: most, selector: ({ name }) => name })
}

/** Idle candidates of a weight each. */
export function idle(weights: { readonly [name: string]: number }): readonly Candidate[] {
  return Object.entries(weights).map(([name, weight]) => ({ name, weight, open: 0 }))
}
