// The published tests of JSON Schema 2020-12, of every keyword that is understood. A schema that uses what is not understood
// is refused when it is compiled; how many there are is pinned, so that none goes quietly.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { compileSchema, type SchemaCheck } from './compile-schema.ts'
import { type Schema, SchemaError } from './schema.ts'

interface Group {
  readonly description: string
  readonly schema: Schema
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

const folder = fileURLToPath(new URL('testing/json-schema-test-suite', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

function compiled(schema: Schema): SchemaCheck | null {
  try {
    return compileSchema(schema)
  } catch (error) {
    if (error instanceof SchemaError) return null
    throw error
  }
}

let run = 0
let refused = 0

describe.each(files)('%s', (name) => {
  const groups = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as readonly Group[]
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
    expect(wrong).toEqual([])
  })
})

test('the tests that were left out are those of keywords that are not understood', () => {
  console.log(`JSON-Schema-Test-Suite, draft 2020-12: ${run} tests, ${refused} of schemas that are refused`)
  expect({ run, refused }).toEqual({ run: 1148, refused: 49 })
})
