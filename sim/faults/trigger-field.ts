// How the trigger of a fault is read from data that may be anything.

import type { Trigger } from './fault.ts'
import { asRecord, durationFrom, nodes, optional, wholeBetween, type Field } from './field.ts'
import type { FieldMatch } from './pattern.ts'
import type { PlanProblems } from './plan-error.ts'
import { expandFields, readFields, type Fields, type FieldValues } from './record.ts'
import type { EventKind } from '../event.ts'
import { eventFields } from '../event-fields.ts'
import { ns } from '../time.ts'

const fieldsByKind: ReadonlyMap<unknown, readonly string[]> = new Map(Object.entries(eventFields))

const kind: Field<EventKind> = {
  wanted: 'a kind of event',
  read: (raw, path, problems) =>
    isEventKind(raw)
      ? raw
      : problems.add(path, raw, `a kind of event: ${[...fieldsByKind.keys()].join(', ')}`),
}

const where: Field<Readonly<Record<string, FieldMatch>>> = {
  wanted: 'an object of field paths and what each must be',
  read(raw, path, problems) {
    const record = asRecord(raw)
    if (record === undefined) return problems.add(path, raw, where.wanted)
    const entries = Object.entries(record).map(
      ([name, match]) => [name, readMatch(match, `${path}.${name}`, problems)] as const,
    )
    const found = entries.filter((entry): entry is readonly [string, FieldMatch] => entry[1] !== undefined)
    return found.length === entries.length ? Object.fromEntries(found) : undefined
  },
}

const parts: Fields = {
  kind,
  nodes: optional(nodes),
  where: optional(where),
  delay: optional(durationFrom(ns(0))),
  count: optional(wholeBetween(1, 1_000_000_000)),
  timesMax: optional(wholeBetween(1, 1_000_000)),
}

/** The trigger of a fault. */
export const trigger: Field<Trigger> = {
  wanted: 'a trigger: { kind, nodes?, where?, delay?, count?, timesMax? }',
  read(raw, path, problems) {
    const record = asRecord(raw)
    if (record === undefined) return problems.add(path, raw, trigger.wanted)
    const values = readFields(record, parts, path, problems)
    if (values === undefined || !checkPaths(values, path, problems)) return undefined
    return values as FieldValues & Trigger
  },
  expand(value, resolve) {
    const { ...values } = value
    return expandFields(values, parts, resolve) as readonly (FieldValues & Trigger)[]
  },
}

/** A path that begins with a field that the kind of event does not have would silently never match. */
function checkPaths(values: FieldValues, path: string, problems: PlanProblems): boolean {
  const known = ['at', ...(fieldsByKind.get(values['kind']) ?? [])]
  const unknown = Object.keys(values['where'] ?? {}).filter(
    (each) => !known.includes(each.split('.')[0] ?? ''),
  )
  for (const each of unknown)
    problems.add(`${path}.where`, each, `a path that begins with ${known.join(' or ')}`)
  return unknown.length === 0
}

const matchWanted = 'null, true, false, a number, a text, { min, max }, { prefix } or { oneOf: [...] }'

function readMatch(raw: unknown, path: string, problems: PlanProblems): FieldMatch | undefined {
  if (isScalar(raw)) return raw
  const record = asRecord(raw) ?? {}
  const { prefix, oneOf, min, max, ...rest } = record
  const count = Object.keys(record).length
  if (typeof prefix === 'string' && count === 1) return { prefix }
  if (Array.isArray(oneOf) && oneOf.length > 0 && oneOf.every(isScalar) && count === 1) return { oneOf }
  const isRange = count > 0 && isBound(min) && isBound(max) && Object.keys(rest).length === 0
  if (!isRange || prefix !== undefined || oneOf !== undefined) return problems.add(path, raw, matchWanted)
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

function isScalar(raw: unknown): raw is null | boolean | number | string {
  return raw === null || typeof raw === 'boolean' || typeof raw === 'string' || Number.isFinite(raw)
}

function isBound(raw: unknown): raw is number | undefined {
  return raw === undefined || Number.isFinite(raw)
}

function isEventKind(raw: unknown): raw is EventKind {
  return fieldsByKind.has(raw)
}
