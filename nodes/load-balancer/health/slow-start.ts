// A back-end that comes back is cold, and has fewer open requests than all others: it must not get all new ones at once.

import { between, type Duration, type Instant } from '../../../sim/index.ts'

/** How a back-end gets back to its weight. */
export interface SlowStartOptions {
  /** How long that takes; 0 for not at all. */
  readonly window: Duration
  /** The share of its weight with which it begins (default 0.1). */
  readonly shareMin?: number
}

/** The weight of a back-end that came up at an instant: rises evenly from a share of it to all of it. Above 0, as the weight is. */
export function startingWeight(
  weight: number,
  { upSince, now }: { readonly upSince: Instant; readonly now: Instant },
  { window, shareMin = 0.1 }: SlowStartOptions,
): number {
  if (!(shareMin > 0 && shareMin <= 1))
    throw new RangeError(`shareMin: got ${shareMin}, wanted above 0 and at most 1`)
  const up = between(upSince, now)
  return up >= window ? weight : weight * Math.max(shareMin, up / window)
}
