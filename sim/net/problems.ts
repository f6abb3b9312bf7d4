// What is wrong with something that was given, collected: each as `place: got, wanted`.

import { inspect } from 'node:util'

import { type FieldsOf, unknownFields } from '../known-fields.ts'

// An hour: with every factor on top it still is far from the end of virtual time.
const spanMax = 3_600_000_000_000

/** A list of problems, each as `place: got, wanted`. */
export class Problems {
  readonly list: string[] = []

  add(place: string, got: unknown, wanted: string): void {
    this.list.push(`${place}: got ${shown(got)}, wanted ${wanted}`)
  }

  demand(place: string, got: unknown, min: number, max: number, isWhole = true): void {
    if (typeof got === 'number' && got >= min && got <= max && (!isWhole || Number.isSafeInteger(got))) return
    this.add(place, got, `a ${isWhole ? 'whole ' : ''}number ${min} to ${max}`)
  }

  span(place: string, got: unknown, min = 0): void {
    this.demand(place, got, min, spanMax)
  }

  ratio(place: string, got: unknown): void {
    this.demand(place, got, 0, 1, false)
  }

  fields<T>(place: string, given: object, known: FieldsOf<T>): void {
    const problem = unknownFields(given, known)
    if (problem !== null) this.list.push(`${place}: ${problem}`)
  }
}

/** The value as an object with fields, which may be anything; null when it is none. */
export function asFields(given: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null
  return given as Readonly<Record<string, unknown>>
}

/** A value as it is shown to people: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number') return String(value)
  return inspect(value, { depth: 1, maxStringLength: 60, maxArrayLength: 3, breakLength: Infinity })
}
