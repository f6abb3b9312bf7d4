// Schemas compiled to what checks values: a schema is read once, with all its mistakes found then, and used often.

import { combiningChecks } from './combining-keywords.ts'
import { containerChecks } from './container-keywords.ts'
import { isObject } from './json-value.ts'
import { demandShapes } from './keyword-shapes.ts'
import { type Check, pointerTo, Problems, type SchemaProblem } from './problems.ts'
import { type Schema, SchemaError, type SchemaObject } from './schema.ts'
import { valueChecks } from './value-keywords.ts'

/** Says what is wrong with a value, at most 50 things; nothing when it fits. Never throws on what JSON.parse returns. */
export type SchemaCheck = (value: unknown) => readonly SchemaProblem[]

/** Schemas inside each other at most: one that refers to itself without an end is told from one that is deep. */
const depthMax = 200

/**
 * Compiles a schema. Throws a SchemaError for keywords that are not understood or have values that they cannot
 * have, references that lead nowhere or out of the document, and patterns that are not safe. `document` is where references are looked up (default: the schema itself).
 */
export function compileSchema(schema: Schema, document: unknown = schema): SchemaCheck {
  const check = new Compiler(document).compile(schema, '')
  return (value) => {
    const problems = new Problems()
    check(value, '', problems)
    return problems.list
  }
}

class Compiler {
  readonly #document: unknown
  /** What references lead to; null while it is being compiled, when it refers to itself. */
  readonly #referred = new Map<string, Check | null>()
  /** How many schemas are being compiled inside each other. */
  #depth = 0

  constructor(document: unknown) {
    this.#document = document
  }

  readonly compile = (schema: Schema, at: string): Check => {
    if (typeof schema === 'boolean') return schema ? pass : fail
    const words: unknown = schema
    if (!isObject(words)) throw new SchemaError(at, typeof words, 'a schema: an object, true or false')
    if (this.#depth >= depthMax)
      throw new SchemaError(at, 'one more schema', `at most ${depthMax} in each other`)
    this.#depth++
    demandShapes(words, at)
    const checks = this.#checksOf(schema, at)
    this.#depth--
    return together(checks)
  }

  #checksOf(schema: SchemaObject, at: string): readonly Check[] {
    const checks = [
      ...(schema.$ref === undefined ? [] : [this.#reference(schema.$ref, at)]),
      ...valueChecks(schema, at),
      ...containerChecks(schema, at, this.compile),
      ...combiningChecks(schema, at, this.compile),
    ]
    // Compiled for its mistakes: what nothing refers to has to be right as well.
    for (const [name, each] of Object.entries(schema.$defs ?? {}))
      this.compile(each, pointerTo(`${at}/$defs`, name))
    return checks
  }

  #reference(reference: string, at: string): Check {
    if (!this.#referred.has(reference)) {
      this.#referred.set(reference, null)
      this.#referred.set(reference, this.compile(this.#find(reference, at), reference.slice(1)))
    }
    return (value, pointer, problems) => {
      if (problems.depth >= depthMax) return problems.add(pointer, '$ref', 'wanted something less deep')
      problems.depth++
      this.#referred.get(reference)?.(value, pointer, problems)
      problems.depth--
    }
  }

  #find(reference: string, at: string): Schema {
    const wrong = new SchemaError(`${at}/$ref`, reference, 'a pointer to a schema of this document (#/…)')
    if (!/^#(?:\/|$)/.test(reference)) throw wrong
    let found: unknown = this.#document
    for (const part of reference.split('/').slice(1)) {
      const name = unescaped(part, wrong)
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) throw wrong
      found = (found as { readonly [name: string]: unknown })[name]
    }
    if (typeof found !== 'boolean' && !isObject(found)) throw wrong
    return found
  }
}

function unescaped(part: string, wrong: SchemaError): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    throw wrong
  }
}

const pass: Check = () => undefined
const fail: Check = (_, pointer, problems) => problems.add(pointer, 'false', 'wanted nothing here')

function together(checks: readonly Check[]): Check {
  const [first] = checks
  if (first === undefined) return pass
  if (checks.length === 1) return first
  return (value, pointer, problems) => {
    for (const check of checks) check(value, pointer, problems)
  }
}
