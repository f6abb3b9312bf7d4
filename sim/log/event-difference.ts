// Where two events that should be the same part: the first field, in the order of a trace, and within plain data the path.

import type { Data } from '../data.ts'
import type { Event } from '../event.ts'
import { digestedFields } from './digest.ts'
import { recordOf } from './event-record.ts'

/** The first thing in which two values differ. Undefined stands for what is not there. */
export interface Difference {
  /** The field, and inside of it the way down: `message.entries.0.term`. */
  readonly path: string
  readonly a: Data | undefined
  readonly b: Data | undefined
}

const commonFields = ['at', 'node', 'kind', 'cause'] as const

/**
 * The first difference of two events, or null. Compares what the digest covers: not the text and stack of an engine's
 * own errors, nor fields of a newer version in kinds that this one knows.
 */
export function eventDifference(a: Event, b: Event): Difference | null {
  const [fieldsA, fieldsB] = [recordOf(a), recordOf(b)]
  const own =
    a.kind === b.kind ? [...digestedFields(fieldsA, a.kind), ...digestedFields(fieldsB, b.kind)] : []
  for (const field of [...commonFields, ...new Set(own)]) {
    const difference = dataDifference(fieldsA[field], fieldsB[field], field)
    if (difference !== null) return difference
  }
  return null
}

/** The first difference of two values of plain data below a path, or null. The order of keys counts, as in the digest. */
export function dataDifference(a: Data | undefined, b: Data | undefined, path: string): Difference | null {
  if (a === b) return null
  if (isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b))
    return insideDifference(a, b, path)
  return { path, a, b }
}

type Container = Exclude<Data, null | boolean | number | string>

function isContainer(value: Data | undefined): value is Container {
  return typeof value === 'object' && value !== null
}

function insideDifference(a: Container, b: Container, path: string): Difference | null {
  const [entriesA, entriesB] = [presentEntries(a), presentEntries(b)]
  for (let place = 0; place < Math.max(entriesA.length, entriesB.length); place++) {
    const [entryA, entryB] = [entriesA[place], entriesB[place]]
    const key = entryA?.[0] ?? entryB?.[0] ?? ''
    if (entryA?.[0] !== entryB?.[0])
      return { path: below(path, key), a: entryA?.[1], b: valueOf(entriesB, key) }
    const difference = dataDifference(entryA?.[1], entryB?.[1], below(path, key))
    if (difference !== null) return difference
  }
  return null
}

function presentEntries(container: Container): readonly (readonly [string, Data])[] {
  return Object.entries(container as { readonly [key: string]: Data | undefined }).filter(
    (entry): entry is [string, Data] => entry[1] !== undefined,
  )
}

function valueOf(entries: readonly (readonly [string, Data])[], key: string): Data | undefined {
  return entries.find(([other]) => other === key)?.[1]
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
