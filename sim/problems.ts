// What is wrong with what somebody wrote, collected so that it can be told all together: each as `place: got, wanted`.

import { inspect } from 'node:util'

import { type FieldsOf, unknownFields } from './known-fields.ts'

/** The least and the most that a number may be, both included. */
export type Bounds = readonly [min: number, max: number]

// An hour: with every factor on top it still is far from the end of virtual time.
const spanMax = 3_600_000_000_000

/** A list of problems. A value that is not there is none. */
export class Problems {
  readonly list: string[] = []

  /** Notes a problem. */
  add(place: string, got: unknown, wanted: string): void {
    this.list.push(`${place}: got ${shown(got)}, wanted ${wanted}`)
  }

  /** Notes the problems of a part, at its place. */
  addAll(place: string, problems: readonly string[]): void {
    for (const problem of problems) this.list.push(`${place}.${problem}`)
  }

  /** Demands a whole number. */
  whole(place: string, got: unknown, [min, max]: Bounds): void {
    if (got === undefined || (Number.isSafeInteger(got) && isWithin(got, min, max))) return
    this.add(place, got, `a whole number ${min} to ${max}`)
  }

  /** Demands a number that may have a fraction. */
  number(place: string, got: unknown, [min, max]: Bounds): void {
    if (got === undefined || isWithin(got, min, max)) return
    this.add(place, got, `a number ${min} to ${max}`)
  }

  /** Demands a duration of at most an hour. */
  span(place: string, got: unknown, min = 0): void {
    this.whole(place, got, [min, spanMax])
  }

  /** Demands a share of all. */
  ratio(place: string, got: unknown): void {
    this.number(place, got, [0, 1])
  }

  /** Demands true or false. */
  truth(place: string, got: unknown): void {
    if (got !== undefined && typeof got !== 'boolean') this.add(place, got, 'true or false')
  }

  /** Demands a text that is not empty. */
  text(place: string, got: unknown, wanted: string): void {
    if (got !== undefined && (typeof got !== 'string' || got === '')) this.add(place, got, wanted)
  }

  /** Demands an object that has no fields but these; whether it is an object at all. */
  fields<T>(place: string, given: unknown, known: FieldsOf<T>): given is object {
    if (typeof given !== 'object' || given === null) {
      this.add(place, given, `an object with some of ${Object.keys(known).join(', ')}`)
      return false
    }
    const problem = unknownFields(given, known)
    if (problem !== null) this.list.push(`${place}: ${problem}`)
    return true
  }
}

/** Problems in one text: a single one in its line, several each in a line of their own. */
export function problemsText(problems: readonly string[]): string {
  if (problems.length === 1) return String(problems[0])
  return [`${problems.length} problems`, ...problems.map((problem) => `  ${problem}`)].join('\n')
}

function isWithin(got: unknown, min: number, max: number): boolean {
  return typeof got === 'number' && got >= min && got <= max
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value)
  return inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 3, maxStringLength: 60 })
}
