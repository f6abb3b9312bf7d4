// The options of profiles, checked when a profile is made: what nobody reads, and what is out of bounds, is refused at once
// and with its place, not when a plan is drawn, let alone in the middle of a run.

import { asRecord, type Field } from '../field.ts'
import { PlanProblems } from '../plan-error.ts'
import { type Fields, readFields } from '../record.ts'
import { formatDuration, type Duration, us } from '../../time.ts'

/** How each option of a profile is checked: the compiler asks for every one. */
export type OptionFields<O> = { readonly [K in keyof O]-?: Field<Exclude<O[K], undefined>> }

/**
 * Checks the options of a profile, each of which may be left out.
 * @throws PlanError with all that is wrong.
 */
export function checkOptions<O extends object>(profile: string, options: O, fields: OptionFields<O>): void {
  const problems = new PlanProblems()
  const record = asRecord(options)
  if (record === undefined) problems.add(profile, options, 'an object with options')
  else readFields(record, allOptional(fields), profile, problems)
  problems.throwAny('fault profile')
}

/** A duration in whole nanoseconds, from `min` on. */
export function span(min: Duration): Field<Duration> {
  return fitting(`a duration of at least ${formatDuration(min)}`, (raw) => isWhole(raw, min))
}

/** The mean time between two begins. */
export const meanGap: Field<Duration> = span(us(1))

/** Groups by name. */
export const groupNames: Field<string | readonly string[]> = fitting(
  'the name of a group, or a list of them',
  (raw) => isText(raw) || (Array.isArray(raw) && raw.length > 0 && raw.every(isText)),
)

/** A list of values that each fit. */
export function listOf<T>(field: Field<T>): Field<readonly T[]> {
  return {
    wanted: `a list, each ${field.wanted}`,
    read(raw, path, problems) {
      if (!Array.isArray(raw) || raw.length === 0)
        return problems.add(path, raw, `a list, each ${field.wanted}`)
      const items = raw.map((item: unknown, index) => field.read(item, `${path}[${index}]`, problems))
      return items.every((item): item is NonNullable<typeof item> => item !== undefined) ? items : undefined
    },
  }
}

/** The least and the most of something that is drawn, each of which fits. */
export function range<T extends number>(field: Field<T>): Field<readonly [T, T]> {
  const wanted = `the least and the most, in order, each ${field.wanted}`
  return {
    wanted,
    read(raw, path, problems) {
      if (!Array.isArray(raw) || raw.length !== 2) return problems.add(path, raw, wanted)
      const [min, max] = raw.map((each: unknown, index) => field.read(each, `${path}[${index}]`, problems))
      if (min === undefined || max === undefined) return undefined
      return min <= max ? [min, max] : problems.add(path, `${min} to ${max}`, wanted)
    },
  }
}

/** A whole number of something, from `min` on. */
export function whole(min: number): Field<number> {
  return fitting(`a whole number of at least ${min}`, (raw) => isWhole(raw, min))
}

function fitting<T>(wanted: string, fits: (raw: unknown) => boolean): Field<T> {
  return { wanted, read: (raw, path, problems) => (fits(raw) ? (raw as T) : problems.add(path, raw, wanted)) }
}

function isWhole(raw: unknown, min: number): boolean {
  return Number.isSafeInteger(raw) && Number(raw) >= min
}

function isText(raw: unknown): boolean {
  return typeof raw === 'string' && raw !== ''
}

function allOptional(fields: object): Fields {
  const entries = Object.entries(fields).map(([name, field]): [string, Field<unknown>] => [
    name,
    { ...(field as Field<unknown>), isOptional: true },
  ])
  return Object.fromEntries(entries)
}
