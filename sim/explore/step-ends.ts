// The steps of a run, from its events: what one input of a program, or one act of the world, led to at once.

import type { Event } from '../event.ts'

/** The last event of each step. What follows without taking any time counts as the same step. */
export function stepEnds(events: readonly Event[]): readonly number[] {
  let first = 1
  const ends: number[] = []
  for (const [place, event] of events.entries()) {
    const before = events[place - 1]
    if (before === undefined || (event.cause >= first && event.at === before.at)) continue
    ends.push(before.seq)
    first = event.seq
  }
  const last = events.at(-1)
  return last === undefined ? ends : [...ends, last.seq]
}
