// Durations as programs give them: checked where they are given, so that the error stands in the program's own step.

import type { Duration } from '../time.ts'

/**
 * How long to wait, in whole nanoseconds: a fraction counts as a whole one, so that instants stay whole. Throws a
 * RangeError that names the place for what is no duration, such as NaN, or a negative one.
 */
export function wholeWait(place: string, wait: Duration): Duration {
  if (typeof wait === 'number' && wait >= 0 && wait <= Number.MAX_SAFE_INTEGER)
    return Math.ceil(wait) as Duration
  throw new RangeError(`${place}: got ${shown(wait)}, wanted nanoseconds from 0 to 2^53 - 1`)
}

function shown(wait: unknown): string {
  return typeof wait === 'number' || wait === undefined || wait === null ? String(wait) : `a ${typeof wait}`
}
