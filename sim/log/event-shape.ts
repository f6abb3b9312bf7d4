// Is this what an event looks like? Checks one parsed line: the fields that all events have, and for known kinds that
// every own field is there and of its type. Values of closed unions (why, level, …) may be newer than this version.

import type { EventKind } from '../event.ts'
import { eventFields } from '../event-fields.ts'
import { quote } from './trace-error.ts'

type FieldType = 'number' | 'string' | 'boolean' | 'record' | 'data' | 'strings'

interface FieldShape {
  readonly field: string
  readonly type: FieldType
  readonly isOptional: boolean
}

/** What is wrong with a parsed line, or null when it is an event. */
export interface ShapeProblem {
  readonly got: string
  readonly wanted: string
}

/** The type of each own field that is not a string. */
export const typeOfField: { readonly [field: string]: FieldType } = {
  incarnation: 'number',
  grace: 'number',
  isForced: 'boolean',
  code: 'number',
  size: 'number',
  message: 'record',
  port: 'number',
  sourcePort: 'number',
  isCorrupted: 'boolean',
  isFull: 'boolean',
  stream: 'number',
  timer: 'number',
  due: 'number',
  work: 'number',
  offset: 'number',
  length: 'number',
  names: 'strings',
  nodes: 'strings',
  kept: 'number',
  lost: 'number',
  torn: 'number',
  fields: 'record',
  value: 'data',
  key: 'data',
  id: 'number',
  index: 'number',
  fault: 'record',
}

/** The own fields that may be absent. */
export const optionalFields: { readonly [K in EventKind]?: readonly string[] } = {
  exit: ['error', 'stack'],
  log: ['stack'],
  'connect-result': ['error'],
  'stream-write': ['isFull'],
  'resolve-result': ['address', 'error'],
  'disk-request': ['offset', 'length', 'bytes', 'target', 'flags'],
  'disk-result': ['size', 'bytes', 'names', 'error'],
  operation: ['error'],
}

const shapes: ReadonlyMap<string, readonly FieldShape[]> = new Map(
  Object.entries(eventFields).map(([kind, fields]) => [
    kind,
    fields.map((field) => shapeOf(kind as EventKind, field)),
  ]),
)

function shapeOf(kind: EventKind, field: string): FieldShape {
  const isOptional = optionalFields[kind]?.includes(field) ?? false
  return { field, type: typeOfField[field] ?? 'string', isOptional }
}

/** Checks a parsed line as the event with this seq, no earlier than `earliest`. */
export function eventProblem(
  event: { readonly [field: string]: unknown },
  seq: number,
  earliest: number,
): ShapeProblem | null {
  if (event['seq'] !== seq) return { got: `seq ${quote(event['seq'])}`, wanted: `${seq}` }
  const { at, cause, node, kind } = event
  if (!Number.isSafeInteger(at) || (at as number) < earliest)
    return { got: `at ${quote(at)}`, wanted: `whole nanoseconds, at least ${earliest}` }
  if (!Number.isSafeInteger(cause) || (cause as number) < 0 || (cause as number) >= seq)
    return { got: `cause ${quote(cause)}`, wanted: `the seq of an earlier event, or 0` }
  if (typeof node !== 'string') return { got: `node ${quote(node)}`, wanted: 'the name of a node' }
  if (typeof kind !== 'string') return { got: `kind ${quote(kind)}`, wanted: 'a kind of event' }
  return ownFieldsProblem(event, kind)
}

function ownFieldsProblem(event: { readonly [field: string]: unknown }, kind: string): ShapeProblem | null {
  const shape = shapes.get(kind)
  if (shape === undefined) return null
  for (const { field, type, isOptional } of shape) {
    const value = event[field]
    if (value === undefined ? !isOptional : !isOfType(value, type))
      return { got: `${field} ${quote(value)}`, wanted: `${wantedText[type]} in a ${kind} event` }
  }
  return null
}

const wantedText: { readonly [T in FieldType]: string } = {
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  record: 'an object',
  data: 'a value',
  strings: 'an array of strings',
}

function isOfType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'data':
      return true
    case 'record':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type
  }
}
