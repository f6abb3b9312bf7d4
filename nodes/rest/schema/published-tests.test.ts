// The published tests of JSON Schema that a package has: of draft 4, whose keywords are put into the words of 2020-12. A
// schema that uses what is not understood is refused when it is compiled; how many there are is pinned, so that none goes
// quietly.

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { compileSchema, type SchemaCheck } from './compile-schema.ts'
import { SchemaError } from './schema.ts'
import { fromDraft4 } from './testing/draft-4.ts'
import { countSuite } from '../../../sim/real/testing/count-suite.ts'

interface Group {
  readonly description: string
  readonly schema: unknown
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('json-schema-test-suite/package.json')), 'tests/draft4')
const files = [...readdirSync(folder), 'optional/bignum.json', 'optional/format.json'].filter((name) =>
  name.endsWith('.json'),
)
/** Formats that say nothing here. */
const silentFormats = /^validation of (?:URIs|host names):/

function compiled(schema: unknown): SchemaCheck | null {
  try {
    return compileSchema(fromDraft4(schema))
  } catch (error) {
    if (error instanceof SchemaError) return null
    throw error
  }
}

let run = 0
let refused = 0

describe.each(files)('%s', (name) => {
  const groups = JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly Group[]
  test('each value is judged as published', () => {
    const wrong: string[] = []
    for (const { description, schema, tests } of groups) {
      const check = compiled(schema)
      if (check === null) {
        refused += tests.length
        continue
      }
      run += tests.length
      for (const { description: story, data, valid } of tests)
        if ((check(data).length === 0) !== valid) wrong.push(`${description}: ${story}`)
    }
    expect(wrong.filter((story) => !silentFormats.test(story))).toEqual([])
  })
})

test('the tests that were left out are those of keywords that are not understood', () => {
  expect({ run, refused }).toEqual({ run: 274, refused: 20 })
  countSuite('published tests of JSON Schema', run)
})
