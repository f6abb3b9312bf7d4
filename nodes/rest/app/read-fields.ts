// Reads texts (of the path, of the query) as the types that a schema says, and fills in defaults.

import { isObject } from '../schema/json-value.ts'
import { hasKeywords, type Schema, type SchemaMap } from '../schema/schema.ts'

/** The fields of a query as one object: lists where the schema has arrays, else the last of a name. */
export function readQueryFields(
  fields: readonly (readonly [name: string, value: string])[],
  schema: Schema,
): Readonly<Record<string, unknown>> {
  const properties: SchemaMap = (hasKeywords(schema) ? schema.properties : undefined) ?? {}
  const values = new Map<string, unknown>()
  for (const [name, each] of Object.entries(properties))
    if (hasKeywords(each) && each.default !== undefined) values.set(name, each.default)
  const lists = new Map<string, unknown[]>()
  for (const [name, text] of fields) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!hasKeywords(property) || property.type !== 'array') values.set(name, readText(text, property))
    else {
      const list = lists.get(name) ?? []
      list.push(readText(text, property.items))
      lists.set(name, list)
    }
  }
  // Defined, not assigned: a field may be called __proto__.
  return Object.fromEntries([...values, ...lists])
}

/** A text as a number or boolean where the schema wants one and it is one; else as it is, which the schema then refuses. */
export function readText(text: string, schema: Schema | undefined): unknown {
  const type = hasKeywords(schema) ? schema.type : undefined
  const isNumber = type === 'integer' || type === 'number'
  if (isNumber && /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** A value with the defaults of members that are missing, along `properties` and `items`. */
export function withDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (!hasKeywords(schema)) return value
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, schema.items))
  if (!isObject(value)) return value
  const members = new Map(Object.entries(value))
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    if (members.has(name)) members.set(name, withDefaults(members.get(name), each))
    else if (hasKeywords(each) && each.default !== undefined) members.set(name, each.default)
  return Object.fromEntries(members)
}
