// Reads what was typed: seeds, parameters, plans. Every problem is a UsageError that names the place, what was there and
// what was wanted.

import { readFileSync } from 'node:fs'

import { type Command, Option } from 'commander'

import { UsageError } from './usage-error.ts'
import {
  type Data,
  type FaultPlan,
  parsePlan,
  parseSeedRange,
  parseShard,
  PlanError,
  type Seed,
  type SeedRange,
  type Shard,
} from '../sim/index.ts'

/** What was wrong with the value of an option. */
export function wrongValue(option: string, got: string, wanted: string): UsageError {
  return new UsageError(`${option}: got ${JSON.stringify(got)}, wanted ${wanted}`)
}

/** A seed: a whole number from 0 to 2^53 - 1. */
export function seedArgument(text: string): Seed {
  const range = parseSeedRange(text)
  if (range === null || range.first !== range.last)
    throw wrongValue('--seed', text, 'a whole number from 0 to 2^53 - 1')
  return range.first
}

/** A range of seeds: `1..1000`. */
export function seedsArgument(text: string): SeedRange {
  const range = parseSeedRange(text)
  if (range === null)
    throw wrongValue('--seeds', text, 'a range such as 1..1000, both ends included, or one seed')
  return range
}

/** A shard: `1/4`. */
export function shardArgument(text: string): Shard {
  const shard = parseShard(text)
  if (shard === null) throw wrongValue('--shard', text, 'I/N with I from 1 to N, such as 1/4')
  return shard
}

/** Reads the value of an option that is a whole number of at least 1. */
export function countArgument(option: string): (text: string) => number {
  return countFrom(1, option)
}

/** Reads the value of an option that is a whole number, or 0. */
export function countOrNoneArgument(option: string): (text: string) => number {
  return countFrom(0, option)
}

function countFrom(least: number, option: string): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < least)
      throw wrongValue(option, text, `a whole number of at least ${least}`)
    return count
  }
}

/** Reads the value of an option that is a port, 0 for any free one. */
export function portArgument(option: string): (text: string) => number {
  return (text) => {
    const port = Number(text)
    if (!/^\d{1,5}$/.test(text) || port > 65_535) throw wrongValue(option, text, 'a port from 0 to 65535')
    return port
  }
}

/** Reads the value of an option that is a number of seconds, or 0. */
export function secondsArgument(option: string): (text: string) => number {
  return (text) => {
    const seconds = Number(text)
    if (!/^\d+(\.\d+)?$/.test(text) || seconds > 86_400)
      throw wrongValue(option, text, 'seconds from 0 to 86400')
    return seconds
  }
}

/** Adds `--set key=value`. */
export function withSettings(command: Command): Command {
  const option = new Option(
    '--set <key=value>',
    'set a parameter of the scenario; may be given several times',
  )
  return command.addOption(
    option.argParser(setArgument).default(new Map<string, Data>(), 'as the scenario says'),
  )
}

/** Collects `key=value`; the value is read as JSON where it is JSON, and as text otherwise. */
export function setArgument(text: string, before: ReadonlyMap<string, Data>): ReadonlyMap<string, Data> {
  const split = text.indexOf('=')
  if (split < 1) throw wrongValue('--set', text, 'key=value')
  return new Map([...before, [text.slice(0, split), parseValue(text.slice(split + 1))]])
}

/** A setting as `setArgument` reads it. */
export function settingText(key: string, value: Data): string {
  const isPlainText = typeof value === 'string' && parseValue(value) === value
  return `${key}=${isPlainText ? value : JSON.stringify(value)}`
}

/** Reads a fault plan from a file, or from the word itself where that is a JSON list. */
export function readPlanFile(path: string): FaultPlan {
  if (path.startsWith('[')) return parsePlan(path, '--plan')
  try {
    return parsePlan(readFileSync(path, 'utf8'), `plan ${path}`)
  } catch (error) {
    if (error instanceof PlanError) throw error
    throw new UsageError(`plan ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Does something with a plan that may have come from a file: what is wrong with it is said of that file. */
export function withPlanFrom<T>(path: string | undefined, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (path === undefined || !(error instanceof PlanError)) throw error
    throw new PlanError(error.problems, path.startsWith('[') ? '--plan' : `plan ${path}`)
  }
}

function parseValue(text: string): Data {
  try {
    return JSON.parse(text) as Data
  } catch {
    return text
  }
}
