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

/** Any schema. References lead to these places, or to the whole from below a member: then there is an end to them. */
function schemaOf(places: readonly string[]): fc.Arbitrary<Schema> {
  return fc.letrec<{ schema: Schema; map: { readonly [name: string]: Schema } }>((tie) => {
    const schema = tie('schema')
    const some = fc.array(schema, { minLength: 1, maxLength: 3 })
    const size = fc.nat(3)
    const bound = fc.constantFrom(...numbers)
    const name = fc.constantFrom(...memberNames)
    const names = fc.uniqueArray(name, { maxLength: 2 })
    const keywords: { readonly [Name in keyof SchemaObject]?: fc.Arbitrary<SchemaObject[Name]> } = {
      type: fc.oneof(
        fc.constantFrom(...types),
        fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 }),
      ),
      enum: fc.uniqueArray(anyValue, { minLength: 1, maxLength: 3, comparator: 'SameValueZero' }),
      const: anyValue,
      multipleOf: fc.constantFrom(1, 2, 0.5, 0.25),
      minimum: bound,
      maximum: bound,
      exclusiveMinimum: bound,
      exclusiveMaximum: bound,
      minLength: size,
      maxLength: size,
      pattern: fc.constantFrom(...patterns),
      minItems: size,
      maxItems: size,
      uniqueItems: fc.boolean(),
      prefixItems: some,
      items: schema,
      contains: schema,
      minContains: size,
      maxContains: size,
      minProperties: size,
      maxProperties: size,
      required: names,
      dependentRequired: fc.dictionary(name, names, { maxKeys: 2, noNullPrototype: true }),
      dependentSchemas: tie('map'),
      properties: tie('map'),
      patternProperties: fc.dictionary(fc.constantFrom(...patterns), schema, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: schema,
      propertyNames: schema,
      allOf: some,
      anyOf: some,
      oneOf: some,
      not: schema,
      if: schema,
      then: schema,
      else: schema,
      ...(places.length === 0 ? {} : { $ref: fc.constantFrom(...places) }),
      $comment: fc.constant('nothing'),
      title: fc.constant('a title'),
      default: anyValue,
    }
    const several = fc
      .uniqueArray(fc.constantFrom(...Object.keys(keywords)), { minLength: 1, maxLength: 4 })
      .chain((chosen) =>
        fc.record(
          Object.fromEntries(Object.entries(keywords).filter(([keyword]) => chosen.includes(keyword))),
          { noNullPrototype: true },
        ),
      )
    return {
      schema: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.boolean(),
        several as unknown as fc.Arbitrary<Schema>,
        several as unknown as fc.Arbitrary<Schema>,
      ),
      map: fc.dictionary(name, schema, { maxKeys: 3, noNullPrototype: true }),
    }
  }).schema
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
    if (typeof whole === 'boolean') return whole
    const properties = isRecursive ? { ...whole.properties, ab: { $ref: '#' } } : whole.properties
    return { ...whole, ...(properties === undefined ? {} : { properties }), $defs: { one, two } }
  })
