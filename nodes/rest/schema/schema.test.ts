import { Script } from 'node:vm'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { compileSchema } from './compile-schema.ts'
import type { FromSchema } from './from-schema.ts'
import { safePattern } from './safe-pattern.ts'
import { type Schema, SchemaError } from './schema.ts'

const item = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    'a/b': { type: 'array', items: { type: 'integer' } },
    kind: { enum: ['small', 'large'] },
  },
  required: ['name', 'kind'],
  additionalProperties: false,
} as const satisfies Schema

describe('problems', () => {
  test('all of them are told, each with its pointer', () => {
    const problems = compileSchema(item)({ name: '', 'a/b': [1, 'two'], other: 1 })
    expect(problems.map(({ pointer, keyword }) => [pointer, keyword])).toEqual([
      ['/kind', 'required'],
      ['/name', 'minLength'],
      ['/a~1b/1', 'type'],
      ['/other', 'additionalProperties'],
    ])
  })

  test('of a value that is wrong everywhere 50 are told', () => {
    const check = compileSchema({ items: { type: 'string' } })
    expect(check(Array.from({ length: 500 }, () => 1))).toHaveLength(50)
  })

  test('a schema that refers to itself without an end ends', () => {
    const check = compileSchema({ $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' })
    expect(check(1).map(({ keyword }) => keyword)).toEqual(['$ref'])
  })
})

test.each<[string, unknown, string]>([
  ['a keyword that is not understood', { unevaluatedProperties: false }, 'unevaluatedProperties'],
  ['a reference that leads nowhere', { $ref: '#/$defs/none' }, '#/$defs/none'],
  ['a reference out of the document', { $ref: 'https://example.org/a' }, 'example.org'],
  ['a pattern that is not taken', { pattern: '^(a)\\1$' }, 'a back-reference'],
  ['what is no schema', { items: 3 }, 'got 3, wanted a schema'],
])('refused when it is compiled: %s', (_, schema, told) => {
  expect(() => compileSchema(schema as Schema)).toThrow(SchemaError)
  expect(() => compileSchema(schema as Schema)).toThrow(told)
})

test.each<[unknown, string]>([
  [{ minimum: '3' }, 'schema at "/minimum": got "3", wanted a number'],
  [{ required: 5 }, 'schema at "/required": got 5, wanted a list'],
  [{ required: ['a', 1] }, 'schema at "/required/1": got 1, wanted a string'],
  [{ required: ['a', 'a'] }, 'schema at "/required/1": got "a" a second time, wanted each once'],
  [{ type: 'text' }, 'schema at "/type": got "text", wanted one of null, boolean, integer'],
  [{ type: [] }, 'schema at "/type": got an empty list, wanted at least one entry'],
  [{ items: { type: ['string', 'nil'] } }, 'schema at "/items/type/1": got "nil", wanted one of null'],
  [{ minLength: -1 }, 'schema at "/minLength": got -1, wanted a whole number of at least 0'],
  [{ maxItems: 1.5 }, 'schema at "/maxItems": got 1.5, wanted a whole number of at least 0'],
  [{ multipleOf: 0 }, 'schema at "/multipleOf": got 0, wanted a number above 0'],
  [{ maximum: Number.NaN }, 'schema at "/maximum": got NaN, wanted a number'],
  [{ uniqueItems: 'yes' }, 'schema at "/uniqueItems": got "yes", wanted true or false'],
  [{ pattern: 1 }, 'schema at "/pattern": got 1, wanted a string'],
  [{ format: 'emial' }, 'schema at "/format": got "emial", wanted one of date, time'],
  [{ allOf: [] }, 'schema at "/allOf": got an empty list, wanted at least one entry'],
  [{ anyOf: { type: 'null' } }, 'schema at "/anyOf": got an object, wanted a list'],
  [{ not: null }, 'schema at "/not": got null, wanted a schema'],
  [{ else: { minimum: '3' } }, 'schema at "/else/minimum": got "3", wanted a number'],
  [{ properties: [] }, 'schema at "/properties": got a list, wanted an object'],
  [{ properties: { 'a/b': 1 } }, 'schema at "/properties/a~1b": got 1, wanted a schema'],
  [{ patternProperties: { '(': true } }, 'schema at "/patternProperties/(": got ('],
  [{ dependentRequired: { a: 'b' } }, 'schema at "/dependentRequired/a": got "b", wanted a list'],
  [{ $defs: { 'a/b': { type: 1 } } }, 'schema at "/$defs/a~1b/type": got 1, wanted one of'],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 1 } } }, 'schema at "/$defs/a/type": got 1, wanted one of'],
  [{ enum: 'ab' }, 'schema at "/enum": got "ab", wanted a list'],
  [{ enum: [1, () => 1] }, 'schema at "/enum/1": got a function, wanted a JSON value'],
  [{ const: undefined }, 'schema at "/const": got undefined, wanted a JSON value'],
  [{ default: { a: [Number.NaN] } }, 'schema at "/default/a/0": got NaN, wanted a JSON value'],
  [
    { $schema: 'http://json-schema.org/draft-07/schema#' },
    'wanted https://json-schema.org/draft/2020-12/schema',
  ],
  [
    { unevaluatedProperties: false },
    'got the keyword unevaluatedProperties, which is not checked, wanted additional',
  ],
  [{ definitions: {} }, 'got the keyword definitions, which is not checked, wanted $defs'],
  [{ nullable: true }, "got the keyword nullable, which is not checked, wanted the type 'null'"],
  [{ minLenght: 3 }, 'got the keyword minLenght, which is not checked, wanted minLength?'],
  [{ requierd: [] }, 'got the keyword requierd, which is not checked, wanted required?'],
  [{ 'x-mine': 3 }, 'wanted a keyword of JSON Schema 2020-12 that is understood'],
])('%j is refused: %s', (schema, told) => {
  expect(() => compileSchema(schema as Schema)).toThrow(SchemaError)
  expect(() => compileSchema(schema as Schema)).toThrow(told)
})

test('a schema that contains itself is refused', () => {
  const endless: { items?: Schema } = {}
  endless.items = endless
  expect(() => compileSchema(endless)).toThrow('at most 200 in each other')
})

test('what a condition left out is as good as not written', () => {
  const schema: unknown = { minimum: undefined, type: 'number' }
  expect(compileSchema(schema as Schema)(-1)).toEqual([])
})

describe('patterns', () => {
  const search = new Script("new RegExp(source, 'u').test(subject)")

  test.each(['(a)\\1', '(?=a)', '(?<!a)b', '\\bword', '(', 'a{3000}', '((a{50}){50}){50}'])(
    '%s is refused',
    (source) => {
      expect(safePattern(source).kind).toBe('refused')
    },
  )

  const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => {
    const times = fc.constantFrom('', '', '*', '+', '?', '{1,3}', '{2,}', '{2}', '*?')
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\d',
      '^',
      '\\.',
      '\\u{1F600}',
      '\\p{L}',
      '|',
    )
    return {
      part: fc.oneof(
        { maxDepth: 3 },
        fc.tuple(atom, times).map(([one, often]) => (/^[|^]/.test(one) ? one : one + often)),
        fc.tuple(tie('pattern'), times).map(([inner, often]) => `(?:${inner})${often}`),
        fc.tuple(tie('pattern'), tie('part')).map(([one, other]) => `(${one}|${other})`),
      ),
      pattern: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    }
  })
  const text = fc
    .array(fc.constantFrom('a', 'b', '1', '.', '\u{1F600}', '\n', 'é'), { maxLength: 8 })
    .map((all) => all.join(''))

  /** What the engine finds, or nothing: it goes back and tries again, for minutes over ten characters. */
  function foundByEngine(source: string, subject: string): boolean | undefined {
    try {
      const found: unknown = search.runInNewContext({ source, subject }, { timeout: 50 })
      return found === true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
      throw error
    }
  }

  test('what is found is what the engine finds, where it ends', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), text, (source, isWhole, subject) => {
        const whole = isWhole ? `^(?:${source})$` : source
        const read = safePattern(whole)
        fc.pre(read.kind === 'safe')
        const found = foundByEngine(whole, subject)
        fc.pre(found !== undefined)
        expect(read.test(subject)).toBe(found)
      }),
      { numRuns: 500 },
    )
  })

  test.each(['^(a+)+$', '^(a|a)*$', '^(a?){50}$', '^a*a*a*a*a*$', '(.*)*x'])(
    '%s does not run for ever',
    (source) => {
      const read = safePattern(source)
      expect(read.kind === 'safe' && read.test(`${'a'.repeat(5_000)}!`)).toBe(false)
    },
  )
})

test('no JSON value makes a check throw', () => {
  const check = compileSchema(item)
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(Array.isArray(check(value))).toBe(true)
    }),
  )
})

test('a schema says which type its values have', () => {
  const one: FromSchema<typeof item> = { name: 'x', kind: 'small', 'a/b': [1] }
  // @ts-expect-error -- `kind` is one of two.
  const other: FromSchema<typeof item> = { name: 'x', kind: 'medium' }
  expect([compileSchema(item)(one), compileSchema(item)(other)].map(({ length }) => length)).toEqual([0, 1])
})
