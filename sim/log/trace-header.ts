// The first and the last line of a trace: what was run, with what, and how it ended. Both carry a checksum of their own,
// because the seed is never enough by itself: a header that was edited would replay another run than the one recorded.

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

import type { Data, DataRecord } from '../data.ts'
import type { EventFields } from '../event.ts'
import type { Seed } from '../random.ts'
import { TraceError, quote } from './trace-error.ts'

/** The version of the trace format, which every header names. */
export const traceFormat = 1

/** One entry of a fault plan. */
type PlannedFault = EventFields<'fault-begin'>['fault']

/** Everything that a run was made from. Fields that this version does not know are kept. */
export interface TraceHeader {
  /** A name of a shipped scenario, or the path of a scenario's file. */
  readonly scenario: string
  readonly title: string
  readonly parameters: DataRecord
  readonly seed: Seed
  readonly plan: readonly PlannedFault[]
  /** The version of Faultline. */
  readonly version: string
  /** A hash over the code of the run; '' when nobody took it. */
  readonly fingerprint: string
  /** The version of Node.js, such as `v20.19.0`. */
  readonly nodeVersion: string
  /** Operating system and processor, such as `linux-x64`. */
  readonly platform: string
  /** How the run was made: recording level, strategy, checked mode, bounds. */
  readonly options: DataRecord
}

/** How a run ended. Fields that this version does not know are kept. */
export interface TraceFooter {
  readonly events: number
  /** The digest of all events: 16 hexadecimal digits. */
  readonly digest: string
  /** The verdict: `passed`, `violated`, or which bound was reached. */
  readonly outcome: string
  /** The violations: each with at least `invariant` and `message`, and the `seq` of the event that showed it. */
  readonly violations: readonly DataRecord[]
}

/** What the caller of a trace's writer knows about the end; events and digest the writer counts itself. */
export type TraceEnd = Omit<TraceFooter, 'events' | 'digest'>

const headerFields = [
  'scenario',
  'title',
  'parameters',
  'seed',
  'plan',
  'version',
  'fingerprint',
  'nodeVersion',
  'platform',
  'options',
] as const
const footerFields = ['events', 'digest', 'outcome', 'violations'] as const
const sealPattern = /,"checksum":"([0-9a-f]{8})"\}$/

/** The header as a line, with its line feed. */
export function encodeHeader(header: TraceHeader): string {
  const start = { faultline: traceFormat, kind: 'header' }
  return `${seal(JSON.stringify(ordered(start, headerFields, header)), 0)}\n`
}

/** The footer as a line, with its line feed; `checksum` is that of all bytes before it. */
export function encodeFooter(footer: TraceFooter, checksum: number): string {
  return `${seal(JSON.stringify(ordered({ kind: 'footer' }, footerFields, footer)), checksum)}\n`
}

/** Reads the header. Throws a TraceError that names what is wrong with it. */
export function parseHeader(line: string, file: string): TraceHeader {
  const fail = (got: string, wanted: string): never => {
    throw new TraceError(file, 1, got, wanted)
  }
  const fields = parseRecord(line)
  if (fields === null || fields['faultline'] === undefined || fields['kind'] !== 'header')
    return fail(quote(line), 'the header of a Faultline trace')
  if (fields['faultline'] !== traceFormat)
    return fail(`trace format ${quote(fields['faultline'])}`, `${traceFormat}`)
  if (!isSealed(line, 0)) return fail('a header that was altered', 'the checksum that it was written with')
  for (const field of headerFields) {
    if (!isHeaderField(field, fields[field])) fail(`${field} ${quote(fields[field])}`, headerWanted[field])
  }
  return without(fields, ['faultline', 'kind', 'checksum']) as Partial<TraceHeader> as TraceHeader
}

/** Reads the footer; null when its shape is not that of one. */
export function parseFooter(line: string): TraceFooter | null {
  const fields = parseRecord(line)
  if (fields === null || typeof fields['events'] !== 'number' || typeof fields['digest'] !== 'string')
    return null
  if (typeof fields['outcome'] !== 'string' || !isRecords(fields['violations'])) return null
  return without(fields, ['kind', 'checksum']) as Partial<TraceFooter> as TraceFooter
}

const headerWanted: { readonly [F in (typeof headerFields)[number]]: string } = {
  scenario: 'a name or path',
  title: 'a string',
  parameters: 'an object',
  seed: 'a whole number from 0 to 2^53 - 1',
  plan: 'an array of faults',
  version: 'a string',
  fingerprint: 'a string',
  nodeVersion: 'a string',
  platform: 'a string',
  options: 'an object',
}

function isHeaderField(field: (typeof headerFields)[number], value: unknown): boolean {
  if (field === 'seed') return Number.isSafeInteger(value) && (value as number) >= 0
  if (field === 'parameters' || field === 'options') return isRecord(value)
  return field === 'plan' ? isRecords(value) : typeof value === 'string'
}

function ordered(start: DataRecord, fields: readonly string[], source: object): object {
  const values = source as { readonly [field: string]: Data | undefined }
  const known = fields.map((field) => [field, values[field]] as const)
  const extras = Object.entries(values).filter(([field]) => !fields.includes(field) && !(field in start))
  return { ...start, ...Object.fromEntries([...known, ...extras]) }
}

/** Ends a line with the checksum of itself and of what stands before. */
function seal(json: string, before: number): string {
  const body = json.slice(0, -1)
  return `${body},"checksum":"${crc32(Buffer.from(body), before).toString(16).padStart(8, '0')}"}`
}

/** Whether a header or footer is as it was written; `before` is the checksum of all bytes before it. */
export function isSealed(line: string, before: number): boolean {
  const match = sealPattern.exec(line)
  return match !== null && seal(`${line.slice(0, match.index)}}`, before) === line
}

function parseRecord(line: string): DataRecord | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRecords(value: unknown): value is readonly DataRecord[] {
  return Array.isArray(value) && value.every(isRecord)
}

function without(fields: DataRecord, dropped: readonly string[]): DataRecord {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !dropped.includes(field)))
}
