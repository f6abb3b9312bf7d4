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
  /** Whether a value may be set from outside (default: any of the same type may). */
  readonly accepts?: (value: Data) => boolean
}

/** What a scenario declares: constants, or draws. */
export type Parameters = Readonly<Record<string, Data | DrawnParameter<Data>>>

/** The values of declared parameters. */
export type ParameterValues<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends DrawnParameter<infer T> ? T : Widened<P[K]>
}
type Widened<T> = T extends string ? string : T extends boolean ? boolean : T

/** One of the values, all equally likely. */
export function oneOf<const T extends Data>(...values: readonly T[]): DrawnParameter<T> {
  if (values.length === 0) throw new RangeError('oneOf: got no values, wanted at least one')
  return {
    kind: 'drawn',
    range: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    at: (u) => values[Math.floor(u * values.length)] as T,
    accepts: (value) => values.some((known) => isEqual(known, value)),
  }
}

/** A whole number from 0 to `max`, both included; keeps the type of `max`, such as Duration. */
export function upTo<T extends number>(max: T): DrawnParameter<T> {
  return within(0 as T, max)
}

/** A whole number from `min` to `max`, both included. */
export function within<T extends number>(min: T, max: T): DrawnParameter<T> {
  if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max))
    throw new RangeError(`within: got ${min}..${max}, wanted whole numbers in order`)
  return {
    kind: 'drawn',
    range: `a whole number ${min} to ${max}`,
    at: (u) => (min + Math.floor(u * (max - min + 1))) as T,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  }
}

/** What was wrong with a parameter that was set from outside. */
export class ParameterError extends Error {
  constructor(name: string, got: string, wanted: string) {
    super(`parameter ${name}: got ${got}, wanted ${wanted}`)
    this.name = 'ParameterError'
  }
}

/** Resolves parameters: those in `set` as given (of the declared type, and within what may be drawn), the others as declared or drawn. */
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
    refuseOther(name, given, { parameter, own })
    return [name, given] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

// What a scenario does not name it was not written for: who wants another value changes the scenario.
function refuseOther(
  name: string,
  given: Data,
  { parameter, own }: { readonly parameter: Data | DrawnParameter<Data>; readonly own: Data },
): void {
  const accepts = isDrawn(parameter) ? parameter.accepts : undefined
  if (accepts?.(given) === true) return
  if (typeof given !== typeof own)
    throw new ParameterError(
      name,
      `${typeof given} ${JSON.stringify(given)}`,
      `a ${typeof own} such as ${JSON.stringify(own)}`,
    )
  if (isDrawn(parameter) && accepts !== undefined)
    throw new ParameterError(name, JSON.stringify(given), parameter.range)
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
