// What is wrong with a profile of which every field must be there: each as `place: got, wanted`.

import { Problems as OptionalProblems } from '../problems.ts'

// An hour: with every factor on top it still is far from the end of virtual time.
const spanMax = 3_600_000_000_000

/** A list of problems; a value that is not there is one. */
export class Problems extends OptionalProblems {
  /** Demands a number, which may have a fraction where `isWhole` is false. */
  demand(place: string, got: unknown, min: number, max: number, isWhole = true): void {
    if (typeof got === 'number' && got >= min && got <= max && (!isWhole || Number.isSafeInteger(got))) return
    this.add(place, got, `a ${isWhole ? 'whole ' : ''}number ${min} to ${max}`)
  }

  override span(place: string, got: unknown, min = 0): void {
    this.demand(place, got, min, spanMax)
  }

  override ratio(place: string, got: unknown): void {
    this.demand(place, got, 0, 1, false)
  }
}

/** The value as an object with fields, which may be anything; null when it is none. */
export function asFields(given: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null
  return given as Readonly<Record<string, unknown>>
}
