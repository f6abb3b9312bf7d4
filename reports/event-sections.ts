// Events of a report under a title.

import type { Event } from '../sim/index.ts'

import { eventLines } from './event-lines.ts'
import type { Palette } from './palette.ts'

/** One event under a title, or what is to be said in place of it. */
export function eventSection(title: string, event: Event | string, palette: Palette): readonly string[] {
  const lines = typeof event === 'string' ? [`  ${event}`] : eventLines([event], { palette })
  return [`  ${title}:`, ...lines.map((line) => `  ${line}`)]
}

/** Several events under a title; nothing when there are none. */
export function eventList(title: string, events: readonly Event[], palette: Palette): readonly string[] {
  if (events.length === 0) return []
  return [`  ${title}:`, ...eventLines(events, { palette }).map((line) => `  ${line}`)]
}
