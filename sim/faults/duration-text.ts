// Durations as people write them in a plan: whole nanoseconds, or a text such as "250ms" or "1.5s".

import type { Duration } from '../time.ts'

const units: ReadonlyMap<string, number> = new Map([
  ['ns', 0],
  ['us', 3],
  ['µs', 3],
  ['ms', 6],
  ['s', 9],
])
const pattern = /^(-?)(\d{1,16})(?:\.(\d{1,9}))?(ns|us|µs|ms|s)$/

/** A duration from whole nanoseconds or a text; undefined when it is neither, or is beyond 104 days. */
export function parseDuration(raw: unknown): Duration | undefined {
  if (typeof raw === 'number') return checked(raw)
  if (typeof raw !== 'string') return undefined
  const match = pattern.exec(raw)
  const digits = units.get(match?.[4] ?? '')
  if (match === null || digits === undefined) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > digits) return undefined
  return checked(Number(`${match[1]}${match[2]}${fraction.padEnd(digits, '0')}`))
}

function checked(count: number): Duration | undefined {
  return Number.isSafeInteger(count) ? ((count === 0 ? 0 : count) as Duration) : undefined
}
