// Schemas of draft 4 in the words of 2020-12: the published tests that can be installed are of that draft.

import type { Schema } from '../schema.ts'

interface Words {
  readonly [keyword: string]: unknown
}

const schemaKeywords = ['additionalProperties', 'not']
const listKeywords = ['allOf', 'anyOf', 'oneOf']
const mapKeywords = ['properties', 'patternProperties', 'definitions']

/** The same schema, as far as there are words for it; what has none stays, and is refused when it is compiled. */
export function fromDraft4(schema: unknown): Schema {
  if (typeof schema !== 'object' || schema === null) return schema as Schema
  const words = schema as Words
  return Object.assign(
    {},
    ...Object.entries(words).map(([keyword, value]) => translated(keyword, value, words)),
  ) as Schema
}

function translated(keyword: string, value: unknown, words: Words): Words {
  if (keyword === 'definitions') return { $defs: mapOf(value) }
  if (keyword === '$ref') return { $ref: (value as string).replace('/definitions/', '/$defs/') }
  if (keyword === 'items')
    return Array.isArray(value) ? { prefixItems: value.map(fromDraft4) } : { items: fromDraft4(value) }
  // Said nothing where `items` was one schema for all.
  if (keyword === 'additionalItems') return Array.isArray(words['items']) ? { items: fromDraft4(value) } : {}
  if (keyword === 'exclusiveMinimum') return value === true ? { exclusiveMinimum: words['minimum'] } : {}
  if (keyword === 'exclusiveMaximum') return value === true ? { exclusiveMaximum: words['maximum'] } : {}
  if (keyword === 'dependencies') return dependencies(value as Words)
  if (schemaKeywords.includes(keyword)) return { [keyword]: fromDraft4(value) }
  if (listKeywords.includes(keyword)) return { [keyword]: (value as unknown[]).map(fromDraft4) }
  return { [keyword]: mapKeywords.includes(keyword) ? mapOf(value) : value }
}

function dependencies(value: Words): Words {
  const entries = Object.entries(value)
  return {
    dependentRequired: Object.fromEntries(
      entries
        .filter(([, other]) => Array.isArray(other) || typeof other === 'string')
        .map(([name, other]) => [name, [other].flat()]),
    ),
    dependentSchemas: mapOf(
      Object.fromEntries(entries.filter(([, other]) => typeof other === 'object' && !Array.isArray(other))),
    ),
  }
}

function mapOf(value: unknown): Words {
  return Object.fromEntries(Object.entries(value as Words).map(([name, each]) => [name, fromDraft4(each)]))
}
