// Reads what was typed: seeds, parameters, plans. Every problem is a UsageError that names the place, what was there and
// what was wanted.

import { readFileSync } from 'node:fs'

import { InvalidArgumentError } from 'commander'

import { UsageError } from './usage-error.ts'
import {
  type Data,
  type FaultPlan,
  parsePlan,
  parseSeedRange,
  PlanError,
  type Seed,
  type SeedRange,
} from '../sim/index.ts'

/** A seed: a whole number from 0 to 2^53 - 1. */
export function seedArgument(text: string): Seed {
  const range = parseSeedRange(text)
  if (range === null || range.first !== range.last)
    throw new InvalidArgumentError('wanted a whole number from 0 to 2^53 - 1.')
  return range.first
}

/** A range of seeds: `1..1000`. */
export function seedsArgument(text: string): SeedRange {
  const range = parseSeedRange(text)
  if (range === null) throw new InvalidArgumentError('wanted a range such as 1..1000, or one seed.')
  return range
}

/** A whole number of at least 1. */
export function countArgument(text: string): number {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('wanted a whole number of at least 1.')
  return count
}

/** Collects `key=value`; the value is read as JSON where it is JSON, and as text otherwise. */
export function setArgument(text: string, before: ReadonlyMap<string, Data>): ReadonlyMap<string, Data> {
  const split = text.indexOf('=')
  if (split < 1) throw new InvalidArgumentError('wanted key=value.')
  return new Map([...before, [text.slice(0, split), parseValue(text.slice(split + 1))]])
}

/** Reads a fault plan from a file. */
export function readPlanFile(path: string): FaultPlan {
  try {
    return parsePlan(readFileSync(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof PlanError) throw error
    throw new UsageError(`plan ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parseValue(text: string): Data {
  try {
    return JSON.parse(text) as Data
  } catch {
    return text
  }
}
