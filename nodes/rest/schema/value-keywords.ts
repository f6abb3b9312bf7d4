// Keywords of values of any type, of numbers and of strings (JSON Schema validation, sections 6.1 to 6.3).

import { formatTest } from './formats.ts'
import { canonicalText, isMultiple, isObject } from './json-value.ts'
import type { Check } from './problems.ts'
import { safePattern } from './safe-pattern.ts'
import { SchemaError, type SchemaObject } from './schema.ts'

/** The checks of these keywords of a schema; `at` is the pointer of the schema. */
export function valueChecks(schema: SchemaObject, at: string): readonly Check[] {
  return [...generalChecks(schema), ...numberChecks(schema), ...stringChecks(schema, at)]
}

function generalChecks(schema: SchemaObject): readonly Check[] {
  const checks: Check[] = []
  const { type, enum: choices } = schema
  if (type !== undefined) {
    const names: readonly string[] = typeof type === 'string' ? [type] : type
    checks.push((value, pointer, problems) => {
      if (!names.some((name) => isOfType(value, name)))
        problems.add(pointer, 'type', `wanted ${names.join(' or ')}`)
    })
  }
  if (choices !== undefined) checks.push(oneOfValues('enum', choices))
  if (Object.hasOwn(schema, 'const')) checks.push(oneOfValues('const', [schema.const]))
  return checks
}

function isOfType(value: unknown, name: string): boolean {
  if (name === 'null') return value === null
  if (name === 'array') return Array.isArray(value)
  if (name === 'object') return isObject(value)
  if (name === 'integer') return Number.isInteger(value)
  return typeof value === name
}

function oneOfValues(keyword: string, values: readonly unknown[]): Check {
  const texts = new Set(values.map(canonicalText))
  const shown = [...texts].join(', ')
  return (value, pointer, problems) => {
    if (!texts.has(canonicalText(value))) problems.add(pointer, keyword, `wanted ${shown}`)
  }
}

function numberChecks(schema: SchemaObject): readonly Check[] {
  const {
    minimum: least,
    maximum: most,
    exclusiveMinimum: above,
    exclusiveMaximum: below,
    multipleOf,
  } = schema
  const checks: Check[] = []
  const add = (keyword: string, wanted: string, isGood: (value: number) => boolean): void => {
    checks.push((value, pointer, problems) => {
      if (typeof value === 'number' && !isGood(value)) problems.add(pointer, keyword, `wanted ${wanted}`)
    })
  }
  if (least !== undefined) add('minimum', `at least ${least}`, (value) => value >= least)
  if (most !== undefined) add('maximum', `at most ${most}`, (value) => value <= most)
  if (above !== undefined) add('exclusiveMinimum', `more than ${above}`, (value) => value > above)
  if (below !== undefined) add('exclusiveMaximum', `less than ${below}`, (value) => value < below)
  if (multipleOf !== undefined) {
    add('multipleOf', `a multiple of ${multipleOf}`, (value) => isMultiple(value, multipleOf))
  }
  return checks
}

function stringChecks(schema: SchemaObject, at: string): readonly Check[] {
  const { minLength: least, maxLength: most, pattern, format } = schema
  const checks: Check[] = []
  const add = (keyword: string, wanted: string, isGood: (value: string) => boolean): void => {
    checks.push((value, pointer, problems) => {
      if (typeof value === 'string' && !isGood(value)) problems.add(pointer, keyword, `wanted ${wanted}`)
    })
  }
  if (least !== undefined)
    add('minLength', `at least ${least} characters`, (value) => lengthOf(value) >= least)
  if (most !== undefined) add('maxLength', `at most ${most} characters`, (value) => lengthOf(value) <= most)
  if (pattern !== undefined) {
    const matches = matcher(pattern, `${at}/pattern`)
    add('pattern', `a match of ${pattern}`, matches)
  }
  const hasFormat = format === undefined ? null : formatTest(format)
  if (hasFormat !== null) add('format', `the format ${format}`, hasFormat)
  return checks
}

function lengthOf(text: string): number {
  let length = 0
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length++
  return length
}

/** Whether texts match a pattern. Throws a SchemaError for one that is refused. */
export function matcher(source: string, at: string): (text: string) => boolean {
  const pattern = safePattern(source)
  if (pattern.kind === 'refused') throw new SchemaError(at, `${source} (${pattern.why})`, 'a safe pattern')
  return pattern.test
}
