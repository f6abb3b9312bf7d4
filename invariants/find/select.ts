// Whether an event is one of those that a selector means.

import type { Condition, Selector } from './query.ts'
import { type Event, eventFields, eventLabel } from '../../sim/index.ts'

/** The question whether an event is meant. */
export function selecting({ words, conditions }: Selector): (event: Event) => boolean {
  return (event) =>
    conditions.every((condition) => holds(condition, event)) &&
    (words.length === 0 || (hasAll(words, wordsOf(event)) && !isOfOtherKind(words, event)))
}

/**
 * "crash" means crashes of nodes, not that the world begins or ends a fault of this kind (which is on no node): that takes a
 * word more, "fault-begin crash".
 */
function isOfOtherKind(words: readonly string[], event: Event): boolean {
  const kind = faultKindOf(event)
  return (
    kind !== null && Object.hasOwn(eventFields, kind) && words.includes(kind) && !words.includes(event.kind)
  )
}

function faultKindOf(event: Event): string | null {
  if (event.kind === 'fault-begin') return event.fault.kind
  return event.kind === 'fault-end' ? event.faultKind : null
}

function wordsOf(event: Event): readonly string[] {
  const words = [event.node, ...eventLabel(event).split(' ')]
  return [
    ...words,
    ...words.flatMap((word) => (word.includes('.') ? [word.slice(word.lastIndexOf('.') + 1)] : [])),
  ]
}

function hasAll(wanted: readonly string[], words: readonly string[]): boolean {
  return wanted.every((word) => words.includes(word))
}

function holds({ path, operator, value }: Condition, event: Event): boolean {
  const got = fieldOf(event, path)
  if (operator === '=') return got === value
  if (operator === '!=') return got !== value
  if (typeof got !== 'number' || typeof value !== 'number') return false
  switch (operator) {
    case '<':
      return got < value
    case '>':
      return got > value
    case '<=':
      return got <= value
    case '>=':
      return got >= value
  }
}

/** Own fields only: a trace is anybody's. */
function fieldOf(event: Event, path: readonly string[]): unknown {
  let value: unknown = event
  for (const field of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
    value = (value as { readonly [field: string]: unknown })[field]
  }
  return value
}
