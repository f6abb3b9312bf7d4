// Objects made of fields: the one way in which faults and the objects within them are read, defaults are filled in, and
// the nodes they name are resolved.

import { asRecord, type Field, type UnresolvedRef } from './field.ts'
import type { Resolve } from './placeholder.ts'
import type { PlanProblems } from './plan-error.ts'

/** The fields of an object, by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>

/** The fields that a type of object needs: one for each of its own properties. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> }

/** An object of fields that were read. */
export type FieldValues = Readonly<Record<string, unknown>>

/** Reads the fields of an object in their order; undefined after problems were noted. Fields it does not know are one. */
export function readFields(
  raw: FieldValues,
  fields: Fields,
  path: string,
  problems: PlanProblems,
): FieldValues | undefined {
  const before = problems.count
  const values: [string, unknown][] = []
  for (const [name, field] of Object.entries(fields)) {
    const value = readField(raw, name, { field, path: join(path, name), problems })
    if (value !== undefined) values.push([name, value])
  }
  for (const name of Object.keys(raw))
    if (!Object.hasOwn(fields, name)) problems.add(join(path, name), raw[name], wantedNames(fields))
  return problems.count === before && !problems.isFull ? Object.fromEntries(values) : undefined
}

/** Every object that results when the nodes it names are resolved. */
export function expandFields(
  values: FieldValues,
  fields: Fields,
  resolve: Resolve,
): readonly FieldValues[] | UnresolvedRef {
  let results: readonly FieldValues[] = [values]
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name]
    if (field.expand === undefined || value === undefined) continue
    const expanded = field.expand(value, resolve)
    if ('unresolved' in expanded) return expanded
    results = results.flatMap((result) => expanded.map((each) => ({ ...result, [name]: each })))
  }
  return results
}

/** A field that is an object of one shape. */
export function objectField<T>(what: string, fields: FieldsOf<T>): Field<T> {
  const parts: Fields = fields
  return {
    wanted: what,
    read(raw, path, problems) {
      const record = asRecord(raw)
      if (record === undefined) return problems.add(path, raw, what)
      return readFields(record, parts, path, problems) as T | undefined
    },
    expand(value, resolve) {
      return expandFields(value as FieldValues, parts, resolve) as readonly T[] | UnresolvedRef
    },
  }
}

/** The fields of each member of a union that is told apart by `kind`. */
export type Variants<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: FieldsOf<Omit<Extract<T, { readonly kind: K }>, 'kind'>>
}

/** A field that is one of several objects, told apart by `kind`. */
export function unionField<T extends { readonly kind: string }>(variants: Variants<T>): Field<T> {
  const shapes = new Map<unknown, Fields>(Object.entries<Fields>(variants))
  const wanted = `an object whose kind is ${[...shapes.keys()].join(' or ')}`
  return {
    wanted,
    read(raw, path, problems) {
      const { kind, ...rest } = asRecord(raw) ?? {}
      const fields = shapes.get(kind)
      if (fields === undefined) return problems.add(path, kind ?? raw, wanted)
      const values = readFields(rest, fields, path, problems)
      return values && ({ kind, ...values } as FieldValues as T & FieldValues)
    },
    expand(value, resolve) {
      const fields = shapes.get(value.kind) ?? {}
      return expandFields(value, fields, resolve) as readonly (T & FieldValues)[]
    },
  }
}

function readField(
  raw: FieldValues,
  name: string,
  { field, path, problems }: { field: Field<unknown>; path: string; problems: PlanProblems },
): unknown {
  const value = Object.hasOwn(raw, name) ? raw[name] : undefined
  if (value !== undefined) return field.read(value, path, problems)
  if (field.fallback !== undefined || field.isOptional === true) return field.fallback
  return problems.add(path, value, field.wanted)
}

function wantedNames(fields: Fields): string {
  return `no such field (there are: ${Object.keys(fields).join(', ')})`
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
