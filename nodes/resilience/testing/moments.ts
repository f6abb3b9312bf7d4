// Times that only go forward, for properties of what is told the time.

import * as fc from 'fast-check'

import { at, type Duration, type Instant } from '../../../sim/index.ts'

/** Steps, each with how long after the one before it comes, as instants. Many come at once, some after long. */
export function moments<S>(
  step: fc.Arbitrary<S>,
  gapMax: Duration,
  { minLength = 0, maxLength = 120 }: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<readonly { readonly now: Instant; readonly step: S }[]> {
  const gap = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.nat(Math.floor(gapMax / 8)) },
    { weight: 1, arbitrary: fc.nat(gapMax) },
  )
  return fc.array(fc.record({ gap, step }), { minLength, maxLength }).map((steps) => {
    let now = 0
    return steps.map(({ gap, step }) => ({ now: at((now += gap) as Duration), step }))
  })
}
