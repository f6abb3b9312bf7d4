// What of a trace's header changed between two runs: the first suspects when a replay diverges.

import type { Data } from '../data.ts'
import { dataDifference } from './event-difference.ts'
import type { TraceHeader } from './trace-header.ts'

/** One thing that changed. */
export interface HeaderChange {
  /** The field, and inside of parameters, plan and options the way down: `plan.2.for`. */
  readonly path: string
  readonly a: Data | undefined
  readonly b: Data | undefined
}

/** Every field of the header that differs, in its order; of nested fields the first difference of each entry. */
export function headerChanges(a: TraceHeader, b: TraceHeader): readonly HeaderChange[] {
  return entryChanges(recordOfHeader(a), recordOfHeader(b), '')
}

const nested: ReadonlySet<string> = new Set(['parameters', 'plan', 'options'])

function entryChanges(a: Fields, b: Fields, path: string): readonly HeaderChange[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].flatMap((key) => {
    const [valueA, valueB] = [a[key], b[key]]
    const place = path === '' ? key : `${path}.${key}`
    if (path === '' && nested.has(key)) return entryChanges(fieldsOf(valueA), fieldsOf(valueB), place)
    const difference = dataDifference(valueA, valueB, place)
    return difference === null ? [] : [difference]
  })
}

interface Fields {
  readonly [key: string]: Data | undefined
}

function fieldsOf(value: Data | undefined): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function recordOfHeader(header: TraceHeader): Fields {
  const object: object = header
  return object as Fields
}
