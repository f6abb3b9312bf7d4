// Events as a test writes them.

import type { Event } from '../../event.ts'

/** What a test says of an event: its kind, and what matters besides; a nanosecond after the one before. */
export interface EventSketch {
  readonly kind: string
  readonly node?: string
  readonly cause?: number
  readonly [field: string]: unknown
}

/** The events, numbered from 1 on. */
export function story(...sketches: readonly EventSketch[]): readonly Event[] {
  return sketches.map(({ kind, node = '', cause = 0, ...own }, place) => {
    const event: unknown = { seq: place + 1, at: place, node, kind, cause, ...own }
    return event as Event
  })
}
