// Values that a schema was probably meant for, and values beside them: random ones would nearly all be wrong at once.

import * as fc from 'fast-check'

import { anyValue, memberNames, texts } from './any-schema.ts'
import { hasKeywords, type Schema, type SchemaObject } from '../schema.ts'

/** Inside each other at most: schemas may refer to themselves. */
const depthMax = 4

/** A value that is near to what a schema takes; `whole` is where it refers to. */
export function nearValue(schema: Schema | undefined, whole: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (!hasKeywords(schema) || depth > depthMax) return anyValue
  const near = (other: Schema | undefined) => nearValue(other, whole, depth + 1)
  const has = (keyword: RegExp): boolean => Object.keys(schema).some((name) => keyword.test(name))
  return fc.oneof(
    anyValue,
    ...valuesOf(schema),
    ...partsOf(schema, whole).map(near),
    ...(wants(schema, 'array')
      ? [{ weight: has(/items|contains/i) ? 10 : 1, arbitrary: arrayOf(schema, near) }]
      : []),
    ...(wants(schema, 'object')
      ? [{ weight: has(/propert|required|dependent/i) ? 10 : 1, arbitrary: objectOf(schema, near) }]
      : []),
  )
}

function wants({ type }: SchemaObject, name: string): boolean {
  return type === undefined || type === name || (Array.isArray(type) && type.includes(name))
}

function valuesOf(schema: SchemaObject): readonly fc.MaybeWeightedArbitrary<unknown>[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const bounds = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter((bound) => bound !== undefined)
  const numbers = [0, 1, ...bounds.flatMap((bound) => [bound - 0.5, bound, bound + 1])]
  return [
    ...(schema.enum === undefined ? [] : [fc.constantFrom(...schema.enum)]),
    ...(Object.hasOwn(schema, 'const') ? [fc.constant(schema.const)] : []),
    ...(wants(schema, 'string') ? [fc.constantFrom(...texts)] : []),
    ...([schema.minLength, schema.maxLength, schema.pattern].some((given) => given !== undefined)
      ? [{ weight: 5, arbitrary: fc.constantFrom(...texts) }]
      : []),
    ...(wants(schema, 'number') || wants(schema, 'integer') ? [fc.constantFrom(...numbers)] : []),
    ...(multipleOf === undefined ? [] : [fc.nat(5).map((times) => times * multipleOf)]),
    ...(wants(schema, 'boolean') ? [fc.boolean()] : []),
    ...(wants(schema, 'null') ? [fc.constant(null)] : []),
  ]
}

type Near = (schema: Schema | undefined) => fc.Arbitrary<unknown>

function arrayOf({ prefixItems = [], items, contains }: SchemaObject, near: Near): fc.Arbitrary<unknown> {
  const rest = fc.array(fc.oneof(near(items), near(contains)), { maxLength: 3 })
  return fc.tuple(fc.tuple(...prefixItems.map(near)), rest).map(([firsts, others]) => [...firsts, ...others])
}

function objectOf(schema: SchemaObject, near: Near): fc.Arbitrary<unknown> {
  const { properties = {}, patternProperties = {}, additionalProperties, required = [] } = schema
  const others = [...Object.values(patternProperties), additionalProperties]
  const members = Object.fromEntries(
    memberNames.map((name) => [
      name,
      Object.hasOwn(properties, name) ? near(properties[name]) : fc.oneof(...others.map(near)),
    ]),
  )
  return fc.oneof(
    fc.record(members, {
      requiredKeys: required.filter((name) => Object.hasOwn(members, name)),
      noNullPrototype: true,
    }),
    fc.record(members, { requiredKeys: [], noNullPrototype: true }),
  )
}

/** The schemas that look at the same value. */
function partsOf(schema: SchemaObject, whole: Schema): readonly (Schema | undefined)[] {
  const { allOf = [], anyOf = [], oneOf = [], not, then, dependentSchemas = {}, $ref } = schema
  return [
    ...allOf,
    ...anyOf,
    ...oneOf,
    not,
    schema.if,
    then,
    schema.else,
    ...Object.values(dependentSchemas),
    ...($ref === undefined ? [] : [referred($ref, whole)]),
  ].filter((part) => part !== undefined)
}

function referred(reference: string, whole: Schema): Schema | undefined {
  const name = /^#\/\$defs\/(.*)$/.exec(reference)?.[1]
  return name !== undefined && hasKeywords(whole) ? whole.$defs?.[name] : whole
}
