// Writes one event as JSON, its keys in a fixed order: seq, at, node, kind, cause, the own fields as `eventFields` has
// them, then any field that this version does not know. The caller closes the line.
// The own field `digest` is reserved for the line's checkpoint.
// The kinds that make up most of a trace have a serialiser of their own; the others go through the table.

import type { Data } from '../data.ts'
import type { Event, EventKind, EventOf } from '../event.ts'
import { eventFields } from '../event-fields.ts'
import type { ByteWriter } from './byte-writer.ts'
import { recordOf } from './event-record.ts'

type Serialiser = (out: ByteWriter, event: Event) => void

interface KindEntry {
  readonly fields: readonly string[]
  /** How many fields an event of this kind has when none is missing and none is new. */
  readonly count: number
  readonly own: Serialiser | undefined
}

const commonCount = 5
const commonFields: ReadonlySet<string> = new Set(['seq', 'at', 'node', 'kind', 'cause', 'digest'])

/** Writes an event without the closing brace, of a known kind or not. */
export function encodeEvent(out: ByteWriter, event: Event): void {
  out.raw('{"seq":')
  out.number(event.seq)
  out.raw(',"at":')
  out.number(event.at)
  out.raw(',"node":')
  out.string(event.node)
  out.raw(',"kind":')
  out.string(event.kind)
  out.raw(',"cause":')
  out.number(event.cause)
  encodeOwnFields(out, event)
}

function encodeOwnFields(out: ByteWriter, event: Event): void {
  const entry = entries.get(event.kind)
  if (entry === undefined) return encodeExtras(out, event, [])
  const count = fieldCount(event)
  if (entry.own !== undefined && count === entry.count) return entry.own(out, event)
  for (const field of entry.fields) encodeField(out, field, recordOf(event)[field])
  encodeExtras(out, event, entry.fields)
}

function fieldCount(event: Event): number {
  let count = 0
  for (const _ in event) count++
  return count
}

function encodeExtras(out: ByteWriter, event: Event, known: readonly string[]): void {
  const fields = recordOf(event)
  for (const field of Object.keys(fields)) {
    if (!commonFields.has(field) && !known.includes(field)) encodeField(out, field, fields[field])
  }
}

function encodeField(out: ByteWriter, field: string, value: Data | undefined): void {
  if (value === undefined) return
  out.raw(',')
  out.string(field)
  out.raw(':')
  out.data(value)
}

/** Serialisers that may rely on every field being there and no other. */
function serialisers(): ReadonlyMap<string, Serialiser> {
  const table = new Map<string, Serialiser>()
  const add = <K extends EventKind>(kind: K, write: (out: ByteWriter, event: EventOf<K>) => void): void => {
    table.set(kind, write as Serialiser)
  }
  add('send', (out, event) => {
    text(out, ',"target":', event.target)
    number(out, ',"size":', event.size)
    data(out, ',"message":', event.message)
  })
  add('deliver', (out, event) => {
    text(out, ',"source":', event.source)
    data(out, ',"message":', event.message)
  })
  add('drop', (out, event) => {
    text(out, ',"target":', event.target)
    text(out, ',"why":', event.why)
  })
  add('timer-set', (out, event) => {
    number(out, ',"timer":', event.timer)
    number(out, ',"due":', event.due)
  })
  add('timer-cancel', (out, event) => number(out, ',"timer":', event.timer))
  add('timer-fire', (out, event) => number(out, ',"timer":', event.timer))
  add('probe', (out, event) => {
    text(out, ',"name":', event.name)
    data(out, ',"value":', event.value)
  })
  add('cpu', (out, event) => number(out, ',"work":', event.work))
  addStreamSerialisers(add)
  return table
}

type Add = <K extends EventKind>(kind: K, write: (out: ByteWriter, event: EventOf<K>) => void) => void

function addStreamSerialisers(add: Add): void {
  add('stream-read', (out, event) => {
    number(out, ',"stream":', event.stream)
    text(out, ',"bytes":', event.bytes)
  })
  add('datagram-send', (out, event) => {
    text(out, ',"target":', event.target)
    number(out, ',"port":', event.port)
    number(out, ',"sourcePort":', event.sourcePort)
    text(out, ',"bytes":', event.bytes)
  })
  add('datagram-deliver', (out, event) => {
    text(out, ',"source":', event.source)
    number(out, ',"sourcePort":', event.sourcePort)
    number(out, ',"port":', event.port)
    text(out, ',"bytes":', event.bytes)
    out.raw(',"isCorrupted":')
    out.boolean(event.isCorrupted)
  })
}

function text(out: ByteWriter, key: string, value: string): void {
  out.raw(key)
  out.string(value)
}

function number(out: ByteWriter, key: string, value: number): void {
  out.raw(key)
  out.number(value)
}

function data(out: ByteWriter, key: string, value: Data): void {
  out.raw(key)
  out.data(value)
}

const ownSerialisers = serialisers()
const entries: ReadonlyMap<string, KindEntry> = new Map(
  Object.entries(eventFields).map(([kind, fields]) => [
    kind,
    { fields, count: commonCount + fields.length, own: ownSerialisers.get(kind) },
  ]),
)
