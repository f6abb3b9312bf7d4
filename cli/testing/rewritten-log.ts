// Logs that were altered by somebody who knows how they are sealed.

import { readFileSync } from 'node:fs'

import type { Workplace } from './workplace.ts'
import { type Event, TraceDecoder, TraceEncoder } from '../../sim/index.ts'

/** A file of a workplace with the events of a log changed, and sealed as if it had been written so. Its name again. */
export function rewrittenLog(
  place: Workplace,
  { log, as }: { readonly log: string; readonly as: string },
  change: (events: readonly Event[]) => readonly Event[],
): string {
  const decoder = new TraceDecoder(log)
  const { events } = decoder.push(readFileSync(place.path(log)))
  if (decoder.header === null) throw new Error('no header')
  const encoder = new TraceEncoder(decoder.header)
  for (const [index, event] of change(events).entries()) encoder.event({ ...event, seq: index + 1, cause: 0 })
  encoder.footer({ outcome: 'passed', violations: [] })
  place.write(as, Buffer.from(encoder.take()).toString())
  return as
}
