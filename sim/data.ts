// Plain data: what may cross a wire, stand in an event, or be written to a trace.

import { inspect } from 'node:util'

/** Plain data: JSON without surprises. Numbers are finite; objects have no prototype but Object's. */
export type Data = null | boolean | number | string | readonly Data[] | DataRecord

/** A plain object of plain data. A value may be undefined only where a field is optional; it then counts as absent. */
export interface DataRecord {
  readonly [key: string]: Data | undefined
}

const depthMax = 64

/**
 * A deeply frozen copy of plain data, so that nobody can change it behind somebody's back. Throws a TypeError that names
 * the place of the first thing that is not plain data; fields that are undefined are left out.
 */
export function plainCopy<T extends Data>(value: T, place: string): T {
  return copyOf(value, place, 1) as T
}

function copyOf(value: unknown, place: string, depth: number): Data {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
  } else if (typeof value === 'object' && depth <= depthMax) {
    if (Array.isArray(value))
      return Object.freeze(value.map((item, index) => copyOf(item, `${place}[${index}]`, depth + 1)))
    if (Object.getPrototypeOf(value) === Object.prototype) return copyOfRecord(value, place, depth)
  }
  const got =
    typeof value === 'object'
      ? 'an object that is none, or is nested too deep'
      : `${typeof value} ${inspect(value)}`
  throw new TypeError(`${place}: got ${got}, wanted plain data`)
}

function copyOfRecord(record: object, place: string, depth: number): DataRecord {
  const copy: { [key: string]: Data } = {}
  for (const [key, value] of Object.entries(record)) {
    if (value !== undefined) copy[key] = copyOf(value, `${place}.${key}`, depth + 1)
  }
  return Object.freeze(copy)
}
