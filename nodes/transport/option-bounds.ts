// What options of servers and clients may be: each is looked at once, when they are made. A bound that is NaN would bound nothing.

import type { Duration } from '../../sim/index.ts'
import { demandWhole } from '../resilience/index.ts'

/** Throws a RangeError unless each number that is given is whole, and at least `min` (default 0). */
export function demandCounts(counts: Readonly<Record<string, number | undefined>>, min = 0): void {
  for (const [name, count] of Object.entries(counts))
    if (count !== undefined) demandWhole(name, count, { min, max: Number.MAX_SAFE_INTEGER })
}

/** Throws a RangeError unless each duration that is given is one: whole nanoseconds, 0 or more. */
export function demandDurations(durations: Readonly<Record<string, Duration | undefined>>): void {
  demandCounts(durations)
}

/** Throws a RangeError unless a number is a port that can be connected to. */
export function demandPort(port: number): void {
  demandWhole('port', port, { min: 1, max: 65_535 })
}
