// Keywords of arrays and objects (JSON Schema core, section 10.3; validation, sections 6.4 and 6.5).

import { canonicalText, isObject, type JsonObject } from './json-value.ts'
import { type Check, judge, pointerTo, type Problems } from './problems.ts'
import type { Schema, SchemaMap, SchemaObject } from './schema.ts'
import { matcher } from './value-keywords.ts'

/** Compiles a schema that stands in another one, at a pointer. */
export type Compile = (schema: Schema, at: string) => Check

/** The checks of these keywords of a schema. */
export function containerChecks(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  return [
    ...sizeChecks(schema),
    ...itemChecks(schema, at, compile),
    ...nameChecks(schema, at, compile),
    ...memberChecks(schema, at, compile),
  ]
}

function sizeChecks({
  minItems,
  maxItems,
  minProperties,
  maxProperties,
  uniqueItems,
}: SchemaObject): Check[] {
  const checks: Check[] = []
  const add = (
    keyword: string,
    wanted: string,
    sizeOf: (value: unknown) => number,
    isGood: (size: number) => boolean,
  ): void => {
    checks.push((value, pointer, problems) => {
      const size = sizeOf(value)
      if (size >= 0 && !isGood(size)) problems.add(pointer, keyword, `wanted ${wanted}`)
    })
  }
  if (minItems !== undefined)
    add('minItems', `at least ${minItems} items`, itemCount, (size) => size >= minItems)
  if (maxItems !== undefined)
    add('maxItems', `at most ${maxItems} items`, itemCount, (size) => size <= maxItems)
  if (minProperties !== undefined)
    add('minProperties', `at least ${minProperties} members`, memberCount, (size) => size >= minProperties)
  if (maxProperties !== undefined)
    add('maxProperties', `at most ${maxProperties} members`, memberCount, (size) => size <= maxProperties)
  if (uniqueItems === true) checks.push(unique)
  return checks
}

function itemCount(value: unknown): number {
  return Array.isArray(value) ? value.length : -1
}

function memberCount(value: unknown): number {
  return isObject(value) ? Object.keys(value).length : -1
}

const unique: Check = (value, pointer, problems) => {
  if (!Array.isArray(value)) return
  if (new Set(value.map(canonicalText)).size < value.length)
    problems.add(pointer, 'uniqueItems', 'wanted no item twice')
}

function itemChecks(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  const { prefixItems = [], items, contains } = schema
  const checks: Check[] = []
  const firsts = prefixItems.map((each, place) => compile(each, `${at}/prefixItems/${place}`))
  const rest = items === undefined ? null : compile(items, `${at}/items`)
  if (firsts.length > 0 || rest !== null)
    checks.push((value, pointer, problems) => {
      if (!Array.isArray(value)) return
      for (const [place, item] of value.entries())
        (firsts[place] ?? rest)?.(item, pointerTo(pointer, place), problems)
    })
  if (contains !== undefined) checks.push(containing(schema, compile(contains, `${at}/contains`)))
  return checks
}

function containing({ minContains = 1, maxContains = Infinity }: SchemaObject, check: Check): Check {
  return (value, pointer, problems) => {
    if (!Array.isArray(value)) return
    const found = value.filter((item) => judge(check, item, pointer, problems).count === 0).length
    if (found < minContains)
      problems.add(pointer, 'contains', `wanted at least ${minContains} items of a kind`)
    if (found > maxContains)
      problems.add(pointer, 'maxContains', `wanted at most ${maxContains} items of a kind`)
  }
}

function nameChecks(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  const { required = [], dependentRequired = {}, propertyNames } = schema
  const checks: Check[] = []
  if (required.length > 0)
    checks.push(ofObject((value, pointer, problems) => demand(value, required, pointer, problems)))
  for (const [name, others] of Object.entries(dependentRequired))
    checks.push(
      ofObject((value, pointer, problems) => {
        if (Object.hasOwn(value, name)) demand(value, others, pointer, problems)
      }),
    )
  if (propertyNames !== undefined) {
    const check = compile(propertyNames, `${at}/propertyNames`)
    checks.push(
      ofObject((value, pointer, problems) => {
        for (const name of Object.keys(value)) check(name, pointerTo(pointer, name), problems)
      }),
    )
  }
  return checks
}

function demand(value: JsonObject, names: readonly string[], pointer: string, problems: Problems): void {
  for (const name of names)
    if (!Object.hasOwn(value, name)) problems.add(pointerTo(pointer, name), 'required', 'wanted, but missing')
}

/** Which schemas a member has to pass is told by its name; `additionalProperties` is for those that no other names. */
function memberChecks(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  const { properties, patternProperties, additionalProperties, dependentSchemas } = schema
  const checks: Check[] = []
  const named = compileAll(properties, `${at}/properties`, compile)
  const patterned = Object.entries(patternProperties ?? {}).map(([source, each]) => ({
    matches: matcher(source, pointerTo(`${at}/patternProperties`, source)),
    check: compile(each, pointerTo(`${at}/patternProperties`, source)),
  }))
  const other =
    additionalProperties === undefined ? null : compile(additionalProperties, `${at}/additionalProperties`)
  const isClosed = additionalProperties === false
  if (named.size > 0 || patterned.length > 0 || other !== null)
    checks.push(
      ofObject((value, pointer, problems) => {
        for (const name of Object.keys(value)) {
          const place = pointerTo(pointer, name)
          const known = named.get(name)
          const matching = patterned.filter(({ matches }) => matches(name))
          known?.(value[name], place, problems)
          for (const { check } of matching) check(value[name], place, problems)
          if (known !== undefined || matching.length > 0) continue
          if (isClosed) problems.add(place, 'additionalProperties', 'wanted no member of this name')
          else other?.(value[name], place, problems)
        }
      }),
    )
  for (const [name, check] of compileAll(dependentSchemas, `${at}/dependentSchemas`, compile))
    checks.push(
      ofObject((value, pointer, problems) => {
        if (Object.hasOwn(value, name)) check(value, pointer, problems)
      }),
    )
  return checks
}

function compileAll(
  schemas: SchemaMap | undefined,
  at: string,
  compile: Compile,
): ReadonlyMap<string, Check> {
  return new Map(
    Object.entries(schemas ?? {}).map(([name, each]) => [name, compile(each, pointerTo(at, name))]),
  )
}

function ofObject(check: (value: JsonObject, pointer: string, problems: Problems) => void): Check {
  return (value, pointer, problems) => {
    if (isObject(value)) check(value, pointer, problems)
  }
}
