// Parameters of a scenario: constants and draws, resolved to plain values before a run. Each draws from a stream of its
// own, so that setting one from outside leaves the others as they were.

import type { Data, DataRecord } from './data.ts'
import type { RandomStreams } from './random.ts'

/** A parameter whose value the seed decides. */
export interface DrawnParameter<T extends Data> {
  readonly kind: 'drawn'
  /** What may come out, for people. */
  readonly range: string
  /** The value at a place in [0, 1). */
  readonly at: (u: number) => T
  /** Whether a value of the same type may be set from outside (default: any may). */
  readonly accepts?: (value: Data) => boolean
}

/** What a scenario declares: constants, or draws. */
export type Parameters = Readonly<Record<string, Data | DrawnParameter<Data>>>

/** The values of declared parameters. */
export type ParameterValues<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends DrawnParameter<infer T> ? T : Widened<P[K]>
}
type Widened<T> = T extends string ? string : T extends boolean ? boolean : T

/** One of the values, all equally likely. From outside another number may be set as well, but no other text. */
export function oneOf<const T extends Data>(...values: readonly T[]): DrawnParameter<T> {
  if (values.length === 0) throw new RangeError('oneOf: got no values, wanted at least one')
  return {
    kind: 'drawn',
    range: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    at: (u) => values[Math.floor(u * values.length)] as T,
    accepts: (value) => typeof value === 'number' || values.some((known) => isEqual(known, value)),
  }
}

/** A whole number from 0 to `max`, both included; keeps the type of `max`, such as Duration. */
export function upTo<T extends number>(max: T): DrawnParameter<T> {
  return within(0 as T, max)
}

/** A whole number from `min` to `max`, both included. */
export function within<T extends number>(min: T, max: T): DrawnParameter<T> {
  if (!(min <= max)) throw new RangeError(`within: got ${min}..${max}, wanted them in order`)
  return { kind: 'drawn', range: `${min} to ${max}`, at: (u) => (min + Math.floor(u * (max - min + 1))) as T }
}

/** What was wrong with a parameter that was set from outside. */
export class ParameterError extends Error {
  constructor(name: string, got: string, wanted: string) {
    super(`parameter ${name}: got ${got}, wanted ${wanted}`)
    this.name = 'ParameterError'
  }
}

/** Resolves parameters: those in `set` as given (of the declared type), the others as declared or drawn. */
export function resolveParameters(
  declared: Parameters,
  streams: RandomStreams,
  set: ReadonlyMap<string, Data>,
): DataRecord {
  for (const name of set.keys()) {
    if (!Object.hasOwn(declared, name))
      throw new ParameterError(
        name,
        'a value',
        `one of ${Object.keys(declared).join(', ') || 'none: this scenario has no parameters'}`,
      )
  }
  const entries = Object.entries(declared).map(([name, parameter]) => {
    const own = isDrawn(parameter) ? parameter.at(streams.stream(`parameters/${name}`).float()) : parameter
    const given = set.get(name)
    if (given === undefined) return [name, own] as const
    if (typeof given !== typeof own)
      throw new ParameterError(
        name,
        `${typeof given} ${JSON.stringify(given)}`,
        `a ${typeof own} such as ${JSON.stringify(own)}`,
      )
    if (isDrawn(parameter) && parameter.accepts?.(given) === false)
      throw new ParameterError(name, JSON.stringify(given), parameter.range)
    return [name, given] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

function isEqual(a: Data, b: Data): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function isDrawn(parameter: Data | DrawnParameter<Data>): parameter is DrawnParameter<Data> {
  return (
    typeof parameter === 'object' &&
    parameter !== null &&
    'kind' in parameter &&
    parameter.kind === 'drawn' &&
    'at' in parameter &&
    typeof parameter.at === 'function'
  )
}
