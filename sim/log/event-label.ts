// The label of an event: its kind and the few words of its data that say what it is, without numbers that differ between
// any two runs. Two runs whose payloads differ throughout can still be aligned by labels.

import type { Data } from '../data.ts'
import type { Event, EventKind } from '../event.ts'
import { recordOf } from './event-record.ts'

const labelFields: ReadonlyMap<string, readonly string[]> = new Map<EventKind, readonly string[]>([
  ['start', ['version']],
  ['crash', ['connections']],
  ['exit', ['code']],
  ['send', ['target', 'message']],
  ['deliver', ['source', 'message']],
  ['drop', ['target', 'why']],
  ['duplicate', ['target']],
  ['datagram-send', ['target', 'port']],
  ['datagram-deliver', ['source', 'port']],
  ['listen', ['protocol', 'port']],
  ['connect', ['target', 'port']],
  ['accept', ['source', 'port']],
  ['connect-result', ['error']],
  ['stream-reset', ['why']],
  ['resolve', ['name']],
  ['resolve-result', ['name', 'error']],
  ['disk-request', ['operation', 'path']],
  ['disk-result', ['operation', 'path', 'error']],
  ['disk-damage', ['path', 'damage']],
  ['log', ['level', 'text']],
  ['probe', ['name']],
  ['buggify', ['site']],
  ['operation', ['phase', 'process', 'f']],
  ['fault-begin', ['fault']],
  ['fault-end', ['faultKind']],
  ['phase', ['phase']],
])

/** The label of an event, such as `send store-2 append`. Of messages and faults only their kind counts. */
export function eventLabel(event: Event): string {
  const fields = recordOf(event)
  const words = (labelFields.get(event.kind) ?? []).map((field) => word(fields[field]))
  return [event.kind, ...words.filter((text) => text !== '')].join(' ')
}

function word(value: Data | undefined): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return word((value as { readonly kind?: Data })['kind'])
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
