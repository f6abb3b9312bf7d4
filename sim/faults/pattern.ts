// A pattern of events as plain data, by which triggered faults begin.

import type { Data } from '../data.ts'
import type { Event, EventKind, NodeId } from '../event.ts'

/** Which events match: all that is given must hold. */
export interface EventPattern {
  readonly kind: EventKind
  /** The nodes of which an event matches (or `$all(GROUP)` and so on); absent: any node. */
  readonly nodes?: readonly NodeId[]
  /** What fields must be, by path: `name`, `value.term`, `message.kind`, `value.0`. */
  readonly where?: { readonly [path: string]: FieldMatch }
}

/** What a field must be: exactly this value, within bounds (both included), a text's beginning, or one of several. */
export type FieldMatch =
  | null
  | boolean
  | number
  | string
  | { readonly min?: number; readonly max?: number }
  | { readonly prefix: string }
  | { readonly oneOf: readonly (null | boolean | number | string)[] }

/** The pattern as a predicate. */
export function compilePattern(pattern: EventPattern): (event: Event) => boolean {
  const nodes = pattern.nodes === undefined ? undefined : new Set(pattern.nodes)
  const conditions = Object.entries(pattern.where ?? {}).map(([path, match]) => ({
    path: path.split('.'),
    holds: compileMatch(match),
  }))
  return (event) =>
    event.kind === pattern.kind &&
    (nodes === undefined || nodes.has(event.node)) &&
    conditions.every(({ path, holds }) => holds(valueAt(event, path)))
}

/** A pattern for people: `probe of a b where name = "role"`. */
export function patternText({ kind, nodes, where }: EventPattern): string {
  const conditions = Object.entries(where ?? {}).map(([path, match]) => `${path} ${matchText(match)}`)
  const of = nodes === undefined ? '' : ` of ${nodes.join(' ')}`
  return `${kind}${of}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`}`
}

function compileMatch(match: FieldMatch): (value: unknown) => boolean {
  if (match === null || typeof match !== 'object') return (value) => value === match
  if ('prefix' in match) return (value) => typeof value === 'string' && value.startsWith(match.prefix)
  if ('oneOf' in match) return (value) => (match.oneOf as readonly unknown[]).includes(value)
  const { min = -Infinity, max = Infinity } = match
  return (value) => typeof value === 'number' && value >= min && value <= max
}

function valueAt(event: Event, path: readonly string[]): unknown {
  let value: unknown = event
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, Data>>)[name]
  }
  return value
}

function matchText(match: FieldMatch): string {
  if (match === null || typeof match !== 'object') return `= ${JSON.stringify(match)}`
  if ('prefix' in match) return `begins with ${JSON.stringify(match.prefix)}`
  if ('oneOf' in match) return `is one of ${match.oneOf.map((value) => JSON.stringify(value)).join(', ')}`
  const { min, max } = match
  if (max === undefined) return `>= ${min}`
  return min === undefined ? `<= ${max}` : `from ${min} to ${max}`
}
