// The same verdict as Ajv, of any schema and any value near to it. Where the two differ on purpose stands here as well:
//
// - multiples are told by decimal digits here, by a division of binary fractions there, which fails for large numbers too;
// - members are compared as what they are here; there, `constructor`, `toString` and `valueOf` mean something of JavaScript;
// - what an array contains is looked for in all of them here, as testing/any-schema.ts says;
// - a keyword that is not understood is refused here, ignored there;
// - so are patterns with back-references, look-around and word boundaries (schema.test.ts), which no other engine needs.

import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { compileSchema } from './compile-schema.ts'
import { type Schema, SchemaError } from './schema.ts'
import { anySchema } from './testing/any-schema.ts'
import { nearValue } from './testing/near-value.ts'

const reference = {
  strict: false,
  ownProperties: true,
  validateFormats: false,
  logger: false,
} as const

/** What Ajv says of values; null where the code that it makes of a schema does not run. */
function verdicts(schema: Schema, values: readonly unknown[]): readonly boolean[] | null {
  try {
    const judge = new Ajv2020(reference).compile(schema)
    return values.map((value) => judge(value))
  } catch (error) {
    if (error instanceof ReferenceError) return null
    throw error
  }
}

/**
 * Whether what an array contains is asked below the top, where it may be asked of several arrays one after the other: of an
 * empty one Ajv then says what it found in the one before.
 */
function repeatsContains(schema: Schema): boolean {
  return typeof schema === 'object' && JSON.stringify({ ...schema, contains: null }).includes('"contains":{')
}

describe('Ajv', () => {
  const schemaAndValues = anySchema.chain((schema) =>
    fc.tuple(fc.constant(schema), fc.array(nearValue(schema, schema), { minLength: 10, maxLength: 20 })),
  )

  test('judges any value by any schema in the same way', () => {
    const seen = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(schemaAndValues, ([schema, values]) => {
        fc.pre(!repeatsContains(schema))
        const check = compileSchema(schema)
        const judged = verdicts(schema, values)
        fc.pre(judged !== null)
        for (const [place, value] of values.entries()) {
          const isTaken = judged[place] === true
          expect({ value, isTaken: check(value).length === 0 }).toEqual({ value, isTaken })
          seen[isTaken ? 'taken' : 'refused']++
        }
      }),
      { numRuns: 150, seed: 1 },
    )
    // Or the values would be too wild to tell anything.
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(250)
  })

  test('knows multiples less exactly', () => {
    for (const [multipleOf, value] of [
      [0.01, 4.35],
      [1, 1e21],
    ] as const) {
      expect(compileSchema({ multipleOf })(value)).toEqual([])
      expect(new Ajv2020(reference).validate({ multipleOf }, value)).toBe(false)
    }
  })

  test('forgets what an array has to contain where it is shorter than its first items', () => {
    const schema: Schema = { prefixItems: [{ type: 'null' }], contains: { const: 1 }, maxContains: 1 }
    const values = [[], [null], [1], [null, 1], [null, 1, 1]]
    expect(values.map((value) => compileSchema(schema)(value).length === 0)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ])
    expect(new Ajv2020(reference).validate(schema, [])).toBe(true)
  })

  test('compares members by what JavaScript means by their names', () => {
    const schema: Schema = { const: { constructor: {} } }
    const value: unknown = JSON.parse('{"constructor":{}}')
    expect(compileSchema(schema)(value)).toEqual([])
    expect(new Ajv2020(reference).validate(schema, value)).toBe(false)
  })

  test('takes keywords that nobody checks', () => {
    const schema = { unevaluatedProperties: false, x: 1 }
    expect(() => compileSchema(schema as Schema)).toThrow(SchemaError)
    expect(new Ajv2020(reference).validate(schema, 1)).toBe(true)
  })

  test('takes no schema that is refused by the published schema of schemas and not here', () => {
    const meta = new Ajv2020({ ...reference, validateSchema: false })
    const wrongValue = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(-1, 1.5, '3', [], {}, [1], null),
    )
    const broken = fc
      .tuple(anySchema, fc.nat(1_000), wrongValue)
      .map(([schema, place, value]) => withValueAt(schema, place, value))
    const seen = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(broken, (schema) => {
        const isValid = meta.validateSchema(schema as Schema) === true
        const isTaken = isCompiled(schema)
        // Refused here as well: names that are there twice, values that this dialect leaves open.
        expect({ schema, isTaken: isTaken && !isValid }).toEqual({ schema, isTaken: false })
        seen[isTaken ? 'taken' : 'refused']++
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(40)
  })
})

/** Whether a schema is taken; what else than a SchemaError is thrown is thrown on. */
function isCompiled(schema: unknown): boolean {
  try {
    compileSchema(schema as Schema)
    return true
  } catch (error) {
    if (error instanceof SchemaError) return false
    throw error
  }
}

/** A schema with something else at one of the places of its keywords. */
function withValueAt(schema: Schema, place: number, value: unknown): unknown {
  const copy: unknown = structuredClone(schema)
  const places: (readonly [holder: object, name: string])[] = []
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return
    for (const [name, each] of Object.entries(holder)) {
      places.push([holder, name])
      visit(each)
    }
  }
  visit(copy)
  const [holder, name] = places[place % Math.max(1, places.length)] ?? []
  if (holder !== undefined && name !== undefined) Object.assign(holder, { [name]: value })
  return copy
}
