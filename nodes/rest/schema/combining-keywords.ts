// Keywords that put schemas together (JSON Schema core, section 10.2).

import type { Compile } from './container-keywords.ts'
import { type Check, judge } from './problems.ts'
import type { Schema, SchemaObject } from './schema.ts'

/** The checks of these keywords of a schema. */
export function combiningChecks(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  const { allOf = [], anyOf, oneOf, not } = schema
  const all = (keyword: string, schemas: readonly Schema[]): readonly Check[] =>
    schemas.map((each, place) => compile(each, `${at}/${keyword}/${place}`))
  const checks: Check[] = [...all('allOf', allOf)]
  if (anyOf !== undefined) checks.push(any(all('anyOf', anyOf)))
  if (oneOf !== undefined) checks.push(one(all('oneOf', oneOf)))
  if (not !== undefined) checks.push(none(compile(not, `${at}/not`)))
  checks.push(...conditional(schema, at, compile))
  return checks
}

/** Where nothing fits, what is told is what is wrong with the choice that fits best: the others were hardly meant. */
function any(choices: readonly Check[]): Check {
  return (value, pointer, problems) => {
    const verdicts = choices.map((check) => judge(check, value, pointer, problems))
    if (verdicts.some(({ count }) => count === 0)) return
    problems.add(pointer, 'anyOf', `wanted one of ${choices.length} kinds`)
    const nearest = verdicts.toSorted((a, b) => a.count - b.count)[0]
    if (nearest !== undefined) problems.addAll(nearest)
  }
}

function one(choices: readonly Check[]): Check {
  return (value, pointer, problems) => {
    const verdicts = choices.map((check) => judge(check, value, pointer, problems))
    const fitting = verdicts.filter(({ count }) => count === 0).length
    if (fitting === 1) return
    problems.add(pointer, 'oneOf', `wanted exactly one of ${choices.length} kinds, fits ${fitting}`)
    const nearest = verdicts.toSorted((a, b) => a.count - b.count)[0]
    if (fitting === 0 && nearest !== undefined) problems.addAll(nearest)
  }
}

function none(check: Check): Check {
  return (value, pointer, problems) => {
    if (judge(check, value, pointer, problems).count === 0)
      problems.add(pointer, 'not', 'wanted another kind')
  }
}

/** `then` and `else` say nothing without `if`, and yet have to be right. */
function conditional(schema: SchemaObject, at: string, compile: Compile): readonly Check[] {
  const onTrue = compile(schema.then ?? true, `${at}/then`)
  const onFalse = compile(schema.else ?? true, `${at}/else`)
  if (schema.if === undefined) return []
  const test = compile(schema.if, `${at}/if`)
  return [
    (value, pointer, problems) => {
      const isTrue = judge(test, value, pointer, problems).count === 0
      const check = isTrue ? onTrue : onFalse
      check(value, pointer, problems)
    },
  ]
}
