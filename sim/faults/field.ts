// The fields that faults are made of: how each is read from data that may be anything, and which nodes it names. Every
// kind of fault lists its fields once; reading, checking, resolving placeholders and the table in the README follow.

import { parseDuration } from './duration-text.ts'
import { isNodeRef, nodeRefWanted, type Resolve } from './placeholder.ts'
import type { PlanProblems } from './plan-error.ts'
import { formatDuration, type Duration } from '../time.ts'

/** How one field of a fault is read. */
export interface Field<T> {
  /** What is wanted there, for errors and tables. */
  readonly wanted: string
  /** What stands there when nothing is given. */
  readonly fallback?: T
  /** Whether it may be left out without anything in its place. */
  readonly isOptional?: boolean
  /** The value, or undefined after the problems were noted. */
  read(raw: unknown, path: string, problems: PlanProblems): T | undefined
  /** The values it takes once names are resolved: several where one node was wanted and a placeholder gives more. */
  expand?(value: T, resolve: Resolve): readonly T[] | UnresolvedRef
}

/** A name or placeholder that stands for no node. */
export interface UnresolvedRef {
  readonly unresolved: string
}

/** Lets a field be left out, in which case `fallback` stands there. */
export function withDefault<T>(field: Field<T>, fallback: T): Field<T> {
  return { ...field, fallback }
}

/** Lets a field be left out. */
export function optional<T>(field: Field<T>): Field<T> {
  return { ...field, isOptional: true }
}

/** A number within bounds, both included. */
export function numberBetween(min: number, max: number): Field<number> {
  const fits = (raw: unknown): raw is number => typeof raw === 'number' && raw >= min && raw <= max
  return simple(`a number from ${min} to ${max}`, fits)
}

/** A whole number within bounds, both included. */
export function wholeBetween(min: number, max: number): Field<number> {
  const fits = (raw: unknown): raw is number =>
    Number.isSafeInteger(raw) && Number(raw) >= min && Number(raw) <= max
  return simple(`a whole number from ${min} to ${max}`, fits)
}

/** A share of all, from 0 to 1. */
export const ratio: Field<number> = numberBetween(0, 1)

/** A text that is not empty and not longer than `lengthMax`. */
export function text(what: string, lengthMax = 1_000): Field<string> {
  const fits = (raw: unknown): raw is string =>
    typeof raw === 'string' && raw.length > 0 && raw.length <= lengthMax
  return simple(what, fits)
}

/** One of some words. */
export function choice<T extends string>(...words: readonly T[]): Field<T> {
  const fits = (raw: unknown): raw is T => (words as readonly unknown[]).includes(raw)
  return simple(words.map((word) => `"${word}"`).join(' or '), fits)
}

/** True or false. */
export const truth: Field<boolean> = simple(
  'true or false',
  (raw): raw is boolean => typeof raw === 'boolean',
)

/** A duration of at least `min`: whole nanoseconds or a text such as "250ms". */
export function durationFrom(min: Duration): Field<Duration> {
  const wanted = `a duration of at least ${formatDuration(min)}, in whole nanoseconds or such as "250ms"`
  return durationField(wanted, (duration) => duration >= min)
}

/** Any duration but none at all; it may be negative. */
export const shift: Field<Duration> = durationField(
  'a duration that is not 0, in whole nanoseconds or such as "-250ms"',
  (duration) => duration !== 0,
)

/** One node. */
export const node: Field<string> = {
  wanted: nodeRefWanted,
  read(raw, path, problems) {
    return typeof raw === 'string' && isNodeRef(raw) ? raw : problems.add(path, raw, nodeRefWanted)
  },
  expand: (ref, resolve) => resolve(ref) ?? { unresolved: ref },
}

/** One node or more, none of them twice. */
export const nodes: Field<readonly string[]> = {
  wanted: `a list of nodes, each ${nodeRefWanted}`,
  read(raw, path, problems) {
    if (!Array.isArray(raw) || raw.length === 0 || raw.length > 10_000)
      return problems.add(path, raw, 'a list of 1 to 10000 nodes')
    const seen = new Set<unknown>()
    const refs = raw.map((item: unknown, index) => {
      const place = `${path}[${index}]`
      if (seen.has(item)) return problems.add(place, item, 'a node that the list does not name before')
      seen.add(item)
      return node.read(item, place, problems)
    })
    return allThere(refs)
  },
  expand(refs, resolve) {
    const result = new Set<string>()
    for (const ref of refs) {
      const found = resolve(ref)
      if (found === undefined) return { unresolved: ref }
      for (const each of found) result.add(each)
    }
    return [[...result]]
  },
}

/** The values of a list, or undefined when any of them is missing. */
export function allThere<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.every((value): value is T => value !== undefined) ? values : undefined
}

/** The value as an object with string keys, or undefined. */
export function asRecord(raw: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
  return raw as Readonly<Record<string, unknown>>
}

function simple<T>(wanted: string, fits: (raw: unknown) => raw is T): Field<T> {
  return { wanted, read: (raw, path, problems) => (fits(raw) ? raw : problems.add(path, raw, wanted)) }
}

function durationField(wanted: string, fits: (duration: Duration) => boolean): Field<Duration> {
  return {
    wanted,
    read(raw, path, problems) {
      const duration = parseDuration(raw)
      return duration !== undefined && fits(duration) ? duration : problems.add(path, raw, wanted)
    },
  }
}
