// Schemas as they are written: the part of JSON Schema 2020-12 that is understood here, and nothing else.

/** The names of JSON's types; an integer is a number without a fraction. */
export type SchemaType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** A schema: `true` takes everything, `false` nothing. */
export type Schema = boolean | SchemaObject

/**
 * A schema with keywords (JSON Schema 2020-12). One that is not listed is refused by `compileSchema`: a constraint that
 * is not checked would be a promise that nobody keeps. `$ref` points into the same document (`#`, `#/$defs/item`).
 */
export interface SchemaObject {
  readonly $schema?: string
  readonly $comment?: string
  readonly $ref?: string
  readonly $defs?: SchemaMap
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly deprecated?: boolean
  readonly readOnly?: boolean
  readonly writeOnly?: boolean

  readonly type?: SchemaType | readonly SchemaType[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown

  readonly multipleOf?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number

  /** Lengths are in characters, not in UTF-16 units. */
  readonly minLength?: number
  readonly maxLength?: number
  /**
   * A regular expression of ECMAScript with the flag `u`, not anchored; without back-references, look-around and `\b`, and
   * matched in time linear in the text.
   */
  readonly pattern?: string
  /**
   * Asserted for `date`, `date-time`, `time`, `uuid`, `ipv4`, `ipv6`, `email`, `json-pointer`. The other ones of JSON Schema
   * and OpenAPI say nothing, and one that is none of these is refused.
   */
  readonly format?: string

  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
  readonly contains?: Schema
  readonly minContains?: number
  readonly maxContains?: number

  readonly minProperties?: number
  readonly maxProperties?: number
  readonly required?: readonly string[]
  readonly dependentRequired?: { readonly [name: string]: readonly string[] }
  readonly dependentSchemas?: SchemaMap
  readonly properties?: SchemaMap
  readonly patternProperties?: SchemaMap
  readonly additionalProperties?: Schema
  readonly propertyNames?: Schema

  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
}

/** Schemas by name. */
export interface SchemaMap {
  readonly [name: string]: Schema
}

/** Whether a schema has keywords. */
export function hasKeywords(schema: Schema | undefined): schema is SchemaObject {
  return typeof schema === 'object'
}

/** A schema that cannot be used: where in it, what is there, what may be. A mistake of who wrote the program. */
export class SchemaError extends Error {
  /** A JSON pointer into the schema. */
  readonly pointer: string
  readonly got: string
  readonly wanted: string

  /** `owner` says whose schema it is. */
  constructor(pointer: string, got: string, wanted: string, owner = 'schema') {
    super(`${owner} at "${pointer}": got ${got}, wanted ${wanted}`)
    this.name = 'SchemaError'
    this.pointer = pointer
    this.got = got
    this.wanted = wanted
  }
}
