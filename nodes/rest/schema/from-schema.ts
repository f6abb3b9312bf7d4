// What a schema says, as a type of TypeScript, for handlers of what was checked. What the type system cannot follow
// ($ref, patterns, conditions) is `unknown`, never a wrong promise.

import type { Schema } from './schema.ts'

/** The type of the values that a schema (written `as const`, or given to a function with a const parameter) takes. */
export type FromSchema<S> = S extends true
  ? unknown
  : S extends false
    ? never
    : S extends { readonly const: infer C }
      ? C
      : S extends { readonly enum: readonly (infer E)[] }
        ? E
        : S extends { readonly oneOf: readonly (infer Choice)[] }
          ? FromSchema<Choice>
          : S extends { readonly anyOf: readonly (infer Choice)[] }
            ? FromSchema<Choice>
            : S extends { readonly type: infer T }
              ? OfType<T, S>
              : unknown

type OfType<T, S> = T extends readonly (infer Each)[] ? OfName<Each, S> : OfName<T, S>

type OfName<T, S> = T extends 'null'
  ? null
  : T extends 'boolean'
    ? boolean
    : T extends 'integer' | 'number'
      ? number
      : T extends 'string'
        ? string
        : T extends 'array'
          ? ItemsOf<S>
          : T extends 'object'
            ? PropertiesOf<S>
            : unknown

type ItemsOf<S> = S extends { readonly items: infer I } ? readonly FromSchema<I>[] : readonly unknown[]

type PropertiesOf<S> = S extends { readonly properties: infer P }
  ? Simplified<
      { readonly [K in keyof P as K extends RequiredOf<S> ? K : never]: FromSchema<P[K]> } & {
        readonly [K in keyof P as K extends RequiredOf<S> ? never : K]?: FromSchema<P[K]>
      }
    >
  : { readonly [name: string]: unknown }

// A property with a default is there once the query or body was read.
type RequiredOf<S> =
  | (S extends { readonly required: readonly (infer R)[] } ? R : never)
  | (S extends { readonly properties: infer P }
      ? { [K in keyof P]: P[K] extends { readonly default: unknown } ? K : never }[keyof P]
      : never)

type Simplified<T> = { [K in keyof T]: T[K] }

/** A schema whose values are objects: what queries and path parameters have. */
export type ObjectSchema = Extract<Schema, object> & { readonly type: 'object' }
