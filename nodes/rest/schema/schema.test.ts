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
  ['what is no schema', { items: 3 }, 'number'],
])('refused when it is compiled: %s', (_, schema, told) => {
  expect(() => compileSchema(schema as Schema)).toThrow(SchemaError)
  expect(() => compileSchema(schema as Schema)).toThrow(told)
})

describe('patterns', () => {
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

  test('what is found is what the engine finds', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), text, (source, isWhole, subject) => {
        const whole = isWhole ? `^(?:${source})$` : source
        const read = safePattern(whole)
        fc.pre(read.kind === 'safe')
        expect(read.test(subject)).toBe(new RegExp(whole, 'u').test(subject))
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
