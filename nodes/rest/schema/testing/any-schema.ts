// Schemas of every keyword that is understood, over few names and small values, so that their parts meet each other and
// what is near to them is often right and often just wrong.

import * as fc from 'fast-check'

import type { Schema, SchemaObject } from '../schema.ts'

/** Names of members; one of them every object has without owning it. */
export const memberNames = ['a', 'b', 'ab', 'isPrototypeOf'] as const
/** Texts of different lengths, also of characters that take two units of UTF-16. */
export const texts = ['', 'a', 'ab', 'b1', '12', 'é', '\u{1F600}', 'a\u{1F600}', 'A-b', '\n'] as const
const numbers = [-2, -1, 0, 0.25, 0.5, 1, 1.5, 2, 3, 4, 1e15] as const
const patterns = ['^a', 'b$', '^(?:a|12)$', '\\d', '^.$', '^\\S*$', 'a|b', '^[^a-c]+$', '\\p{L}', 'x{0}']
const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const

/** Any JSON value, of small ones. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, false, ...numbers, ...texts),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...memberNames), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

type Keywords = { readonly [Name in keyof SchemaObject]?: fc.Arbitrary<SchemaObject[Name]> }

const bound = fc.constantFrom(...numbers)
const size = fc.nat(3)
const name = fc.constantFrom(...memberNames)

/** Of values that have no parts: by what they are for. */
const plainKeywords: readonly Keywords[] = [
  {
    type: fc.oneof(fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom(...types), { minLength: 1 })),
    enum: fc.uniqueArray(anyValue, { minLength: 1, maxLength: 3 }),
    const: anyValue,
    $comment: fc.constant('nothing'),
    title: fc.constant('a title'),
    default: anyValue,
  },
  {
    multipleOf: fc.constantFrom(1, 2, 0.5, 0.25),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
  },
  { minLength: size, maxLength: size, pattern: fc.constantFrom(...patterns) },
]

/** Any number of keywords that have to do with each other. */
function someOf(keywords: Keywords): fc.Arbitrary<SchemaObject> {
  return fc
    .subarray(Object.keys(keywords), { minLength: 1, maxLength: 3 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(Object.entries(keywords).filter(([keyword]) => chosen.includes(keyword))),
        { noNullPrototype: true },
      ),
    )
    .map((schema) => schema as SchemaObject)
}

/** Any schema of values that have no parts. */
const anyPlain = fc.oneof(...plainKeywords.map(someOf))

function arrayKeywords(schema: fc.Arbitrary<Schema>): Keywords {
  return {
    minItems: size,
    maxItems: size,
    uniqueItems: fc.boolean(),
    prefixItems: fc.array(schema, { minLength: 1, maxLength: 3 }),
    items: schema,
    // Ajv keeps what it found of one item for the next, empty one, where this is an array that contains something as well.
    contains: anyPlain,
    minContains: size,
    maxContains: size,
  }
}

function objectKeywords(schema: fc.Arbitrary<Schema>): Keywords {
  const names = fc.uniqueArray(name, { maxLength: 2 })
  const map = fc.dictionary(name, schema, { maxKeys: 3, noNullPrototype: true })
  const pattern = fc.constantFrom(...patterns)
  return {
    minProperties: size,
    maxProperties: size,
    required: names,
    dependentRequired: fc.dictionary(name, names, { maxKeys: 2, noNullPrototype: true }),
    dependentSchemas: map,
    properties: map,
    patternProperties: fc.dictionary(pattern, schema, { maxKeys: 2, noNullPrototype: true }),
    additionalProperties: schema,
    propertyNames: schema,
  }
}

function combiningKeywords(schema: fc.Arbitrary<Schema>, places: readonly string[]): Keywords {
  const some = fc.array(schema, { minLength: 1, maxLength: 3 })
  return {
    allOf: some,
    anyOf: some,
    oneOf: some,
    not: schema,
    if: schema,
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits it.
    then: schema,
    else: schema,
    ...(places.length === 0 ? {} : { $ref: fc.constantFrom(...places) }),
  }
}

/**
 * Without what Ajv judges wrongly: it loses its error where more are wanted at least than at most, and leaves `contains` out
 * after `prefixItems` that an array is shorter than.
 */
function withoutSnares({ contains, ...schema }: SchemaObject): SchemaObject {
  const { minContains = 1, maxContains = minContains } = schema
  return {
    ...schema,
    ...(maxContains < minContains ? { maxContains: minContains } : {}),
    ...(contains === undefined || schema.prefixItems !== undefined ? {} : { contains }),
  }
}

/** Any schema that may refer to these places. */
function schemaOf(places: readonly string[]): fc.Arbitrary<SchemaObject> {
  const { parts } = fc.letrec<{ schema: Schema; parts: SchemaObject }>((tie) => {
    const schema = tie('schema')
    return {
      schema: fc.oneof({ maxDepth: 2 }, anyPlain, fc.boolean(), tie('parts')),
      parts: fc.oneof(
        someOf(arrayKeywords(schema)).map(withoutSnares),
        someOf(objectKeywords(schema)),
        someOf(combiningKeywords(schema, places)),
      ),
    }
  })
  return fc
    .tuple(parts, fc.option(anyPlain, { nil: {}, freq: 2 }))
    .map(([one, other]) => ({ ...one, ...other }))
}

/** Any schema with definitions that it, and the later of them, may refer to, and of which some contain the whole. */
export const anySchema: fc.Arbitrary<Schema> = fc
  .record({
    one: schemaOf([]),
    two: schemaOf(['#/$defs/one']),
    whole: schemaOf(['#/$defs/one', '#/$defs/two']),
    isRecursive: fc.boolean(),
  })
  .map(({ one, two, whole, isRecursive }) => {
    const properties = isRecursive ? { ...whole.properties, ab: { $ref: '#' } } : whole.properties
    return { ...whole, ...(properties === undefined ? {} : { properties }), $defs: { one, two } }
  })
