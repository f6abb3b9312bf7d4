// From one record of a recorded history ({process, type, f, value, key}, as EDN or JSON says it) to an event.

import type { Data, DataRecord } from '../../../sim/index.ts'
import { isList } from '../canonical-text.ts'
import { HistoryError, quote } from '../history-error.ts'
import type { HistoryEvent } from '../history.ts'

/** Deepest nesting of a value. */
const DEPTH_MAX = 64

/** The error of a `cas` that failed because it saw another value, which is more than that it did not happen. */
const preconditionFailed = 'precondition failed'

/** The event that a record says, or undefined for one of the nemesis. Throws a HistoryError naming the line. */
export function eventOfRecord(record: Data, line: number): HistoryEvent | undefined {
  if (!isRecord(record)) throw wrong(line, shown(record), 'a map with process, type, f and value')
  const process = processOf(record['process'], line)
  if (isNemesis(process)) return undefined
  const value = plain(record['value'] ?? null, line)
  const phase = phaseOf(record['type'], line)
  const f = nameOf(record['f'], line)
  const { key, error } = record
  const observed = phase === 'fail' && f === 'cas' && error === preconditionFailed
  const event = observed
    ? ({ place: line, process, phase: 'ok', f, value: false } as const)
    : { place: line, process, phase, f, value }
  return key === undefined || key === null ? event : { ...event, key: plain(key, line) }
}

/** Whether a process is the one that makes faults: its events are no operations. */
export function isNemesis(process: string): boolean {
  return process === ':nemesis' || process === 'nemesis'
}

/** The phase that a word says, with or without a colon. */
export function phaseOf(type: Data | undefined, line: number): HistoryEvent['phase'] {
  const word = typeof type === 'string' ? type.replace(/^:/, '') : type
  if (word === 'invoke' || word === 'ok' || word === 'fail' || word === 'info') return word
  throw wrong(line, `type ${shown(type)}`, 'invoke, ok, fail or info')
}

function processOf(process: Data | undefined, line: number): string {
  if (typeof process === 'number' || (typeof process === 'string' && process !== '')) return String(process)
  throw wrong(line, `process ${shown(process)}`, 'a number or a name')
}

function nameOf(f: Data | undefined, line: number): string {
  const name = typeof f === 'string' ? f.replace(/^:/, '') : ''
  if (name === '') throw wrong(line, `f ${shown(f)}`, 'the name of an operation')
  return name
}

/** The value itself, if it is bounded and its numbers are exact. */
function plain(value: Data, line: number, depth = 0): Data {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw wrong(line, `the number ${value}, which a double does not hold exactly`, 'a text')
  if (value === null || typeof value !== 'object') return value
  if (depth >= DEPTH_MAX) throw wrong(line, `nesting deeper than ${DEPTH_MAX}`, 'flatter values')
  const parts = isList(value) ? value : Object.values(value)
  for (const part of parts) plain(part ?? null, line, depth + 1)
  return value
}

function isRecord(value: Data): value is DataRecord {
  return value !== null && typeof value === 'object' && !isList(value)
}

function shown(value: Data | undefined): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return quote(value)
  if (isList(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'a map' : String(value)
}

function wrong(line: number, got: string, wanted: string): HistoryError {
  return new HistoryError({ line }, got, wanted)
}
