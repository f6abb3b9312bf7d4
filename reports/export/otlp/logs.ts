// Log records: what programs log, and what befell nodes, each within the span in which it happened.

import type { Event, EventKind, LogLevel } from '../../../sim/index.ts'
import { eventText } from '../../event-text.ts'
import { eventName } from '../event-name.ts'
import { attribute, type Ids, span, type WallTime } from './json.ts'
import { utf8Json } from '../safe-text.ts'
import type { Place } from './places.ts'

/** opentelemetry.proto.logs.v1.SeverityNumber. */
const severities: ReadonlyMap<string, number> = new Map<LogLevel, number>([
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
])
const unspecified = 0

/** Kinds that are records, beside what programs log, and how bad they are. */
const severityOfKind: ReadonlyMap<string, LogLevel> = new Map<EventKind, LogLevel>([
  ['start', 'info'],
  ['stop-asked', 'info'],
  ['stop', 'info'],
  ['crash', 'warn'],
  ['exit', 'warn'],
  ['pause', 'warn'],
  ['resume', 'info'],
  ['drop', 'debug'],
  ['disk-crash', 'warn'],
  ['disk-damage', 'warn'],
  ['probe', 'debug'],
  ['buggify', 'debug'],
  ['fault-begin', 'warn'],
  ['fault-end', 'info'],
  ['phase', 'info'],
  ['core', 'info'],
])

/** The record of an event; null when it is none. */
export function logRecord(event: Event, { root, parent }: Place, ids: Ids, time: WallTime): string | null {
  const level = event.kind === 'log' ? event.level : severityOfKind.get(event.kind)
  if (level === undefined) return null
  const text = event.kind === 'log' ? event.text : `${eventName(event)}: ${eventText(event)}`
  const attributes = [attribute('faultline.seq', event.seq), attribute('faultline.kind', event.kind)]
  if (event.kind === 'log') attributes.push(attribute('faultline.fields', JSON.stringify(event.fields)))
  const at = time.text(event.at)
  const severity = severities.get(level) ?? unspecified
  const context = `"traceId":"${ids.trace(root)}"${parent === 0 ? '' : `,"spanId":"${span(parent)}"`}`
  return `{"timeUnixNano":"${at}","observedTimeUnixNano":"${at}","severityNumber":${severity},"severityText":${utf8Json(level)},"body":{"stringValue":${utf8Json(text)}},"attributes":[${attributes.join(',')}],${context}}`
}
