// An event seen as a record: for what treats all kinds alike, those of newer versions included.

import type { Data } from '../data.ts'
import type { Event } from '../event.ts'

/** The fields of an event by name. */
export interface EventRecord {
  readonly [field: string]: Data | undefined
}

/** The same event, with its fields by name. */
export function recordOf(event: Event): EventRecord {
  const object: object = event
  return object as EventRecord
}
