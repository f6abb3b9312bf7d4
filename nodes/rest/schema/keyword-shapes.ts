// Which values the keywords of a schema may have (JSON Schema core, sections 8 and 10; validation, sections 6 to 9). A keyword whose
// value is none would be a constraint that checks nothing, or something else than was meant.

import { formats } from './formats.ts'
import { isObject } from './json-value.ts'
import { pointerTo } from './problems.ts'
import { SchemaError } from './schema.ts'

/** Refuses a value at a pointer with a SchemaError. */
type Shape = (value: unknown, at: string) => void

const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']
const dialect = 'https://json-schema.org/draft/2020-12/schema'
/** Values inside each other at most, of `const` and the like: one that contains itself is told from one that is deep. */
const depthMax = 200

const text = shape('a string', (value) => typeof value === 'string')
const flag = shape('true or false', (value) => typeof value === 'boolean')
const number = shape('a number', Number.isFinite)
const positive = shape('a number above 0', (value) => Number.isFinite(value) && Number(value) > 0)
const count = shape(
  'a whole number of at least 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)
const schema = shape(
  'a schema: an object, true or false',
  (value) => isObject(value) || typeof value === 'boolean',
)
const typeName = shape(`one of ${types.join(', ')}`, (value) => types.includes(value as string))
const typeOrTypes: Shape = (value, at) => (Array.isArray(value) ? typeNames(value, at) : typeName(value, at))
const typeNames = list(typeName, { isSet: true, isFilled: true })
const names = list(text, { isSet: true })
const schemas = list(schema, { isFilled: true })
const schemaMap = map(schema)

const shapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['$schema', shape(dialect, (value) => value === dialect)],
  ['$comment', text],
  ['$ref', text],
  ['$defs', schemaMap],
  ['title', text],
  ['description', text],
  ['default', json],
  ['examples', list(json)],
  ['deprecated', flag],
  ['readOnly', flag],
  ['writeOnly', flag],
  ['type', typeOrTypes],
  ['enum', list(json)],
  ['const', json],
  ['multipleOf', positive],
  ['minimum', number],
  ['maximum', number],
  ['exclusiveMinimum', number],
  ['exclusiveMaximum', number],
  ['minLength', count],
  ['maxLength', count],
  ['pattern', text],
  ['format', shape(`one of ${formats.join(', ')}`, (value) => formats.includes(value as string))],
  ['minItems', count],
  ['maxItems', count],
  ['uniqueItems', flag],
  ['prefixItems', schemas],
  ['items', schema],
  ['contains', schema],
  ['minContains', count],
  ['maxContains', count],
  ['minProperties', count],
  ['maxProperties', count],
  ['required', names],
  ['dependentRequired', map(names)],
  ['dependentSchemas', schemaMap],
  ['properties', schemaMap],
  ['patternProperties', schemaMap],
  ['additionalProperties', schema],
  ['propertyNames', schema],
  ['allOf', schemas],
  ['anyOf', schemas],
  ['oneOf', schemas],
  ['not', schema],
  ['if', schema],
  ['then', schema],
  ['else', schema],
])

/** What is written instead of keywords that other dialects have, or that 2020-12 has and nothing here checks. */
const instead: ReadonlyMap<string, string> = new Map([
  ['unevaluatedProperties', 'additionalProperties, which is checked'],
  ['unevaluatedItems', 'items after prefixItems, which are checked'],
  ['additionalItems', 'items after prefixItems'],
  ['definitions', '$defs'],
  ['dependencies', 'dependentRequired or dependentSchemas'],
  ['nullable', "the type 'null' beside the other one"],
  ['example', 'examples'],
  ['id', 'no name of its own: references are pointers into the document'],
  ['$id', 'no name of its own: references are pointers into the document'],
  ['$anchor', '$ref to a pointer (#/$defs/…)'],
  ['$dynamicAnchor', '$ref to a pointer (#/$defs/…)'],
  ['$dynamicRef', '$ref to a pointer (#/$defs/…)'],
  ['$recursiveRef', '$ref to a pointer (#/$defs/…)'],
  ['$recursiveAnchor', '$ref to a pointer (#/$defs/…)'],
  ['$vocabulary', 'the one dialect that there is'],
  ['contentEncoding', 'a pattern, which is checked'],
  ['contentMediaType', 'nothing: what is in a string is not checked'],
  ['contentSchema', 'nothing: what is in a string is not checked'],
])

/**
 * Refuses the keywords of one schema that are not understood, and values that they cannot have. The schemas in it are refused in
 * turn when they are compiled. Throws a SchemaError with the pointer of the value.
 */
export function demandShapes(words: object, at: string): void {
  for (const [name, value] of Object.entries(words)) {
    const demand = shapes.get(name)
    if (demand === undefined)
      throw new SchemaError(
        at,
        `the keyword ${name}, which is not checked`,
        instead.get(name) ?? nearest(name),
      )
    // As good as not written: what a condition left out.
    if (value !== undefined || name === 'const') demand(value, pointerTo(at, name))
  }
}

/** The keyword that was meant, where one differs in the case of its letters, or in one letter or two. */
function nearest(name: string): string {
  const lower = name.toLowerCase()
  const meant = [...shapes.keys()].find((each) => isNear(each.toLowerCase(), lower))
  return meant === undefined ? 'a keyword of JSON Schema 2020-12 that is understood' : `${meant}?`
}

/** Whether two words are alike but for a piece of two letters at most. */
function isNear(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length)
  let [first, last] = [0, 0]
  while (first < shorter && one[first] === other[first]) first++
  while (last < shorter - first && one.at(-1 - last) === other.at(-1 - last)) last++
  return Math.max(one.length, other.length) - first - last <= (shorter > 4 ? 2 : 1)
}

function shape(wanted: string, holds: (value: unknown) => boolean): Shape {
  return (value, at) => {
    if (!holds(value)) throw new SchemaError(at, shown(value), wanted)
  }
}

function list(each: Shape, { isSet = false, isFilled = false } = {}): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) throw new SchemaError(at, shown(value), 'a list')
    if (isFilled && value.length === 0) throw new SchemaError(at, 'an empty list', 'at least one entry')
    for (const [place, one] of value.entries()) {
      each(one, pointerTo(at, place))
      if (isSet && value.indexOf(one) < place)
        throw new SchemaError(pointerTo(at, place), `${shown(one)} a second time`, 'each once')
    }
  }
}

function map(each: Shape): Shape {
  return (value, at) => {
    if (!isObject(value)) throw new SchemaError(at, shown(value), 'an object')
    for (const [name, one] of Object.entries(value)) each(one, pointerTo(at, name))
  }
}

function json(value: unknown, at: string, depth = 0): void {
  const isPlain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
  if (isPlain) return
  if (typeof value !== 'object' || depth > depthMax) throw new SchemaError(at, shown(value), 'a JSON value')
  for (const [name, one] of Object.entries(value)) json(one, pointerTo(at, name), depth + 1)
}

/** What is there: what is short as it is, of other things what they are. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}
