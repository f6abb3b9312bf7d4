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
 * the place of the first thing that is not plain data; fields that are undefined are left out. Parts that were copied
 * before with the same `copies` are not copied again: what many share stays shared.
 */
export function plainCopy<T extends Data>(
  value: T,
  place: string,
  copies: Map<object, Data> | null = null,
): T {
  try {
    return copyOf(value, 1, copies) as T
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new TypeError(`${place}${error.path}: got ${error.got}, wanted plain data`, { cause: error })
  }
}

function copyOf(value: unknown, depth: number, copies: Map<object, Data> | null): Data {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
  } else if (typeof value === 'object' && depth <= depthMax) {
    const known = copies?.get(value)
    if (known !== undefined) return known
    const copy = copyOfContainer(value, depth, copies)
    copies?.set(value, copy)
    return copy
  }
  throw new Misfit(value)
}

function copyOfContainer(value: object, depth: number, copies: Map<object, Data> | null): Data {
  if (Array.isArray(value)) return copyOfArray(value, depth, copies)
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Misfit(value)
  return copyOfRecord(value, depth, copies)
}

function copyOfArray(items: readonly unknown[], depth: number, copies: Map<object, Data> | null): Data {
  const copy: Data[] = []
  for (let index = 0; index < items.length; index++) {
    try {
      copy.push(copyOf(items[index], depth + 1, copies))
    } catch (error) {
      throw within(error, `[${index}]`)
    }
  }
  return Object.freeze(copy)
}

function copyOfRecord(record: object, depth: number, copies: Map<object, Data> | null): DataRecord {
  const fields = record as { readonly [key: string]: unknown }
  const copy: { [key: string]: Data } = {}
  for (const key in fields) {
    const value = fields[key]
    if (value === undefined) continue
    try {
      const own = copyOf(value, depth + 1, copies)
      // Assigned, it would be the record's prototype.
      if (key === '__proto__') Object.defineProperty(copy, key, { value: own, enumerable: true })
      else copy[key] = own
    } catch (error) {
      throw within(error, `.${key}`)
    }
  }
  return Object.freeze(copy)
}

/** What is not plain data, and the path to it, which grows while the walk unwinds. */
class Misfit extends Error {
  readonly got: string
  path = ''

  constructor(value: unknown) {
    super('not plain data')
    this.got =
      typeof value === 'object'
        ? 'an object that is none, or is nested too deep'
        : `${typeof value} ${inspect(value)}`
  }
}

function within(error: unknown, step: string): unknown {
  if (error instanceof Misfit) error.path = step + error.path
  return error
}
