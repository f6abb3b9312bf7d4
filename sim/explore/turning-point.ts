// Where a failure became likely: the steepest rise of its curve, halved until one step is left, or until the rise is
// spread over several.

import { type FailureCurve, type ForkPoint, shareOf } from './failure-curve.ts'

/** The events behind `from.at`, up to `to.at`, made the failure likely. */
export interface TurningPoint {
  readonly from: ForkPoint
  readonly to: ForkPoint
  /** Whether these are the events of one step. Otherwise the likelihood rises little by little, or nobody knows where. */
  readonly isSharp: boolean
}

/** What a turning point is looked for in. */
export type MeasuredCurve = Pick<FailureCurve, 'ends' | 'at'>

/** How often a rise is halved at most: for a run of a million steps. */
const halvingsMax = 20
/** How much of a rise one half must have for the other to be left out. */
const mostOf = 2 / 3

/**
 * The turning point of a curve whose last point is the event that shows the failure; null when no rise stands out from
 * chance. From the last point on the failure is certain, which tells nothing: a rise before it is preferred.
 */
export async function turningPoint(
  curve: MeasuredCurve,
  points: readonly ForkPoint[],
): Promise<TurningPoint | null> {
  const rise = steepest(points.slice(0, -1)) ?? steepest(points.slice(-2))
  return rise === null ? null : narrowed(curve, rise)
}

interface Rise {
  readonly from: ForkPoint
  readonly to: ForkPoint
}

/** The neighbouring points between which the share of failures rises most, beyond chance. */
export function steepest(points: readonly ForkPoint[]): Rise | null {
  const decided = points.filter((point) => point.decided > 0)
  const rises = decided.slice(1).map((to, place) => ({ from: decided[place] ?? to, to }))
  const clear = rises.filter((rise) => standsOut(rise))
  return clear.toSorted((a, b) => heightOf(b) - heightOf(a) || a.to.at - b.to.at)[0] ?? null
}

function heightOf({ from, to }: Rise): number {
  return (shareOf(to) ?? 0) - (shareOf(from) ?? 0)
}

// Two standard errors of the difference of two shares, which are taken for equal; squared, so that no root is needed.
function standsOut({ from, to }: Rise): boolean {
  const height = heightOf({ from, to })
  const pooled = (from.failures + to.failures) / (from.decided + to.decided)
  const variance = pooled * (1 - pooled) * (1 / from.decided + 1 / to.decided)
  return height > 0 && height * height >= 4 * variance
}

async function narrowed(curve: MeasuredCurve, { from, to }: Rise): Promise<TurningPoint> {
  const placeOf = ({ at }: ForkPoint): number => curve.ends.indexOf(at)
  let [low, high] = [from, to]
  for (let halvings = 0; halvings < halvingsMax && placeOf(high) - placeOf(low) > 1; halvings++) {
    const middle = await curve.at(Math.floor((placeOf(low) + placeOf(high)) / 2))
    const part = partOf({ from: low, to: high }, middle)
    if (part >= mostOf) high = middle
    else if (part <= 1 - mostOf) low = middle
    else break
  }
  return { from: low, to: high, isSharp: placeOf(high) - placeOf(low) === 1 }
}

/** How much of a rise lies before its middle, 0.5 where the middle says nothing. */
function partOf(rise: Rise, middle: ForkPoint): number {
  return middle.decided === 0 ? 0.5 : heightOf({ from: rise.from, to: middle }) / heightOf(rise)
}
