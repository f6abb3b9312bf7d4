// How a run departs from what its scenario says: drawn by a swarm, cut down by shrinking. Plain data that stands in the
// header of a trace, so that the run can be made again.

import type { DataRecord } from './data.ts'
import type { NodeId } from './event.ts'
import type { Duration } from './time.ts'

/** What is otherwise than the scenario says. What is absent is as it says. */
export interface Variation {
  /** How often the faults of a profile strike, by the profile's name: 0 never, 1 as the scenario says. Others: 1. */
  readonly faults?: { readonly [profile: string]: number }
  /** The name of a preset in place of the scenario's network, such as `wan`. */
  readonly network?: string
  /** The name of a preset in place of the disks of machines for which the scenario names none of their own. */
  readonly disk?: string
  /** The order of what is ready, and of deliveries. */
  readonly strategy?: Strategy
  /** Functions of client operations that are not called. */
  readonly operationsOff?: readonly string[]
  /** Of these nodes only some calls are made: by their places in the order in which the node asks, from 0. */
  readonly calls?: { readonly [node: NodeId]: readonly number[] }
  /** Machines that are not there. */
  readonly without?: readonly NodeId[]
  /** The shares of buggify sites that are on and of passes that take their branch; 0 and 0: none. */
  readonly buggify?: { readonly sites: number; readonly passes: number }
  /** Only these deliveries are late (see `net/pacer.ts`), whatever was drawn; all others take the usual time. */
  readonly late?: readonly string[]
  readonly duration?: Duration
  readonly settle?: Duration
  /** From the step of this event on, everything is drawn anew; each number gives another continuation. */
  readonly fork?: { readonly at: number; readonly number: number }
}

/** How the order of what is ready at the same instant is decided, and within the network's bounds that of deliveries. */
export type Strategy =
  /** In the order in which it was scheduled; deliveries take what the network draws. */
  | { readonly kind: 'first-in' }
  /** At random; deliveries take what the network draws. */
  | { readonly kind: 'random' }
  /**
   * Each node has a drawn priority, which changes at `depth` - 1 drawn steps of about `steps` (Burckhardt et al., ASPLOS
   * 2010; for messages: Ozkan et al., OOPSLA 2018). What goes to nodes of low priority is slow.
   */
  | { readonly kind: 'pct'; readonly depth: number; readonly steps: number }
  /** Each event has a priority of its own, drawn anew (partial order sampling: Yuan et al., CAV 2018). */
  | { readonly kind: 'pos' }

/** A variation that is not one. */
export class VariationError extends Error {
  constructor(place: string, problems: readonly string[]) {
    super(`${place}: ${problems.join('; ')}`)
    this.name = 'VariationError'
  }
}

/** The variation that changes nothing. */
export const asWritten: Variation = Object.freeze({})

type Check = (value: unknown) => boolean

const checks: { readonly [F in keyof Required<Variation>]: readonly [isRight: Check, wanted: string] } = {
  faults: [isRecordOf(isRatio(1000)), 'numbers from 0 to 1000 by the names of profiles'],
  network: [isText, 'the name of a network preset'],
  disk: [isText, 'the name of a disk preset'],
  strategy: [isStrategy, 'a strategy: {"kind": "first-in" | "random" | "pos"} or pct with depth and steps'],
  operationsOff: [isListOf(isText), 'names of functions'],
  calls: [isRecordOf(isListOf(isCount)), 'lists of places by the names of nodes'],
  without: [isListOf(isText), 'names of nodes'],
  buggify: [isBuggify, 'sites and passes, each from 0 to 1'],
  late: [isListOf(isText), 'names of deliveries'],
  duration: [(value) => isCount(value) && value !== 0, 'nanoseconds above 0'],
  settle: [isCount, 'nanoseconds of at least 0'],
  fork: [isFork, 'at, the number of an event, and number, which continuation'],
}

/**
 * Reads a variation from data, such as the header of a trace.
 * @throws VariationError that names all that is wrong with it.
 */
export function readVariation(raw: unknown, place: string): Variation {
  if (!isRecord(raw)) throw new VariationError(place, [`got ${show(raw)}, wanted an object`])
  const problems = Object.entries(raw).flatMap(([field, value]) => {
    const check = Object.hasOwn(checks, field) ? checks[field as keyof Variation] : undefined
    if (check === undefined) return [`got ${field}, wanted one of ${Object.keys(checks).join(', ')}`]
    return check[0](value) ? [] : [`${field}: got ${show(value)}, wanted ${check[1]}`]
  })
  if (problems.length > 0) throw new VariationError(place, problems)
  return raw
}

/** A variation as plain data, without what is absent. */
export function variationData(variation: Variation): DataRecord {
  return JSON.parse(JSON.stringify(variation)) as DataRecord
}

function isStrategy(value: unknown): boolean {
  if (!isRecord(value)) return false
  if (value['kind'] === 'pct') return isPositive(value['depth']) && isPositive(value['steps'])
  return value['kind'] === 'first-in' || value['kind'] === 'random' || value['kind'] === 'pos'
}

function isBuggify(value: unknown): boolean {
  return isRecord(value) && isRatio(1)(value['sites']) && isRatio(1)(value['passes'])
}

function isFork(value: unknown): boolean {
  return isRecord(value) && isPositive(value['at']) && isCount(value['number'])
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRecordOf(isRight: Check): Check {
  return (value) => isRecord(value) && Object.values(value).every(isRight)
}

function isListOf(isRight: Check): Check {
  return (value) => Array.isArray(value) && value.every(isRight)
}

function isRatio(max: number): Check {
  return (value) => typeof value === 'number' && value >= 0 && value <= max
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isPositive(value: unknown): boolean {
  return isCount(value) && value !== 0
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
