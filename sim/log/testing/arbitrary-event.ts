// Arbitrary events for property tests: every kind, every optional field there or not, strings and data of any shape.

import * as fc from 'fast-check'

import type { Data } from '../../data.ts'
import type { Event, EventKind } from '../../event.ts'
import { eventFields } from '../../event-fields.ts'
import { optionalFields, typeOfField } from '../event-shape.ts'
import type { TraceHeader } from '../trace-header.ts'

/** A header for tests. */
export const header: TraceHeader = {
  scenario: 'store-chaos',
  title: 'a store keeps every acknowledged write',
  parameters: { replicas: 3 },
  seed: 42,
  plan: [],
  version: '0.1.0',
  fingerprint: 'c0ffee',
  nodeVersion: 'v20.19.0',
  platform: 'linux-x64',
  options: { recording: 'full' },
}

const anyString: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('n1', '"', '\\', '\u2028', '\ud800', 'é'),
)
const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.nat(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
)
const { data: anyData } = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    anyString,
    anyNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(anyString, tie('data'), { maxKeys: 4 }).map(plain),
  ),
}))
const anyRecord: fc.Arbitrary<Data> = fc.dictionary(anyString, anyData, { maxKeys: 4 }).map(plain)

function plain(record: { readonly [key: string]: Data }): Data {
  return Object.fromEntries(Object.entries(record))
}

function fieldValue(field: string): fc.Arbitrary<Data> {
  if (field === 'bytes') return fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
  switch (typeOfField[field]) {
    case 'number':
      return anyNumber
    case 'boolean':
      return fc.boolean()
    case 'record':
      return anyRecord
    case 'data':
      return anyData
    case 'strings':
      return fc.array(anyString)
    default:
      return anyString
  }
}

function ownFields(kind: EventKind): fc.Arbitrary<object> {
  const optional = optionalFields[kind] ?? []
  const fields: readonly string[] = eventFields[kind]
  const required = fields.filter((field) => !optional.includes(field))
  const model = Object.fromEntries(fields.map((field) => [field, fieldValue(field)]))
  return fc.record(model, { requiredKeys: required }).map((values) => ({ kind, ...values }))
}

const knownKind: fc.Arbitrary<object> = fc.oneof(
  ...Object.keys(eventFields).map((kind) => ownFields(kind as EventKind)),
)
const unknownKind: fc.Arbitrary<object> = fc.record({
  kind: fc.constantFrom('quorum-read', 'αβγ'),
  zone: anyString,
  detail: anyData,
})
const extraField: fc.Arbitrary<object> = fc
  .tuple(knownKind, anyData)
  .map(([own, extra]) => ({ ...own, addedLater: extra }))

/** Logs of any events, numbered from 1, instants not descending, causes before their effects. */
export const anyLog: fc.Arbitrary<readonly Event[]> = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 8, arbitrary: knownKind }, unknownKind, extraField),
      anyString,
      fc.nat(),
      fc.nat(1_000_000_000_000),
    ),
  )
  .map((drafts) => {
    let at = 0
    return drafts.map(([own, node, causeDraw, gap], index) => {
      at += gap
      const { kind, ...fields } = own as { kind: string }
      const event: object = { seq: index + 1, at, node, kind, cause: causeDraw % (index + 1), ...fields }
      return event as Event
    })
  })
