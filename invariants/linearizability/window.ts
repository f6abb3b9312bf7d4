// Why a history is not linearizable: the smallest window of operations that cannot be ordered.

import type { Data } from '../../sim/index.ts'
import type { Model } from './models/index.ts'
import type { Operation } from './operation.ts'
import type { Partition } from './partition.ts'
import {
  layOut,
  search,
  type Item,
  type Machine,
  type SearchLimits,
  type SearchResult,
} from './search/index.ts'

/** Operations on one object that no order makes legal. */
export interface Window {
  readonly key: Data
  /** In order of their calls; the last to return is the one that cannot be placed. */
  readonly operations: readonly Operation[]
  /**
   * The states that are possible before them. `any`: they cannot be ordered from whatever state the object ever had, so
   * they contradict each other by themselves.
   */
  readonly before: 'any' | readonly string[]
  /** Operations open at the same time that may have happened or not; neither helps. */
  readonly concurrentCount: number
  /** Everything that ended before this place can be ordered; with what ended here it cannot. */
  readonly end: number
}

/** An operation and its item; undefined items were found not to matter. */
interface Entry {
  readonly item: Item
  readonly operation: Operation
}

interface Case {
  readonly machine: Machine
  readonly entries: readonly Entry[]
  readonly limits: SearchLimits
}

interface JudgedCase extends Case {
  readonly result: SearchResult
}

/** Most operations of a window that is tried by itself, and most states that it is tried from. */
const OPERATIONS_MAX = 10
const STATES_MAX = 200
const STEPS_OF_ATTEMPT_MAX = 20_000

/** Explains a partition that is known not to be linearizable. Reaching a bound makes the window larger, never wrong. */
export function findWindow(partition: Partition, model: Model, limits: SearchLimits): Window {
  const prefix = shortestBadPrefix(partition.operations, model, limits)
  const { machine, entries, result } = judgePrefix(prefix, model, limits)
  const end = latestReturn(prefix)
  const common = { key: partition.key, end }
  if (result.kind !== 'none')
    return { ...common, operations: prefix, before: [machine.show(machine.initial)], concurrentCount: 0 }
  const contradiction = contradictionIn({ machine, entries, limits }, result.visited, end)
  if (contradiction !== undefined && contradiction.operations.length > 1)
    return { ...common, ...contradiction, before: 'any' }
  const last = prefix.filter((operation) => operation.return === end)
  return {
    ...common,
    operations: last,
    before: result.states.map((state) => machine.show(state)),
    concurrentCount: openAt(entries, end),
  }
}

/** Without foresight if that can be afforded: what is shown must be impossible, not only without a future. */
function judgePrefix(prefix: readonly Operation[], model: Model, limits: SearchLimits): JudgedCase {
  const plain = judgeCase(prefix, model.begin(prefix, false), limits)
  return plain.result.kind === 'none' ? plain : judgeCase(prefix, model.begin(prefix, true), limits)
}

function judgeCase(operations: readonly Operation[], machine: Machine, limits: SearchLimits): JudgedCase {
  const whole = { machine, entries: entriesOf(machine, operations), limits }
  return { ...whole, result: run(whole, machine.initial) }
}

function run({ machine, entries, limits }: Case, initial: number): SearchResult {
  return search(
    layOut(
      machine,
      entries.map(({ item }) => item),
    ),
    initial,
    limits,
  )
}

function entriesOf(machine: Machine, operations: readonly Operation[]): readonly Entry[] {
  return operations.flatMap((operation, index) => {
    const action = machine.actions[index] as number
    return action < 0 ? [] : [{ operation, item: { action, call: operation.call, return: operation.return } }]
  })
}

// ---- the shortest prefix that is not linearizable

/** Histories are closed under prefixes, so bisection finds the return that breaks one. */
function shortestBadPrefix(
  operations: readonly Operation[],
  model: Model,
  limits: SearchLimits,
): readonly Operation[] {
  const ends = operations
    .map((operation) => operation.return)
    .filter((end) => end !== Infinity)
    .toSorted((a, b) => a - b)
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBad(prefixOf(operations, ends[middle] as number), model, limits)) high = middle
    else low = middle + 1
  }
  return prefixOf(operations, ends[high] ?? Infinity)
}

function isBad(operations: readonly Operation[], model: Model, limits: SearchLimits): boolean {
  return judgeCase(operations, model.begin(operations, true), limits).result.kind === 'none'
}

/** The operations called up to a place; those that end later have no known end there. */
function prefixOf(operations: readonly Operation[], place: number): readonly Operation[] {
  return operations
    .filter((operation) => operation.call <= place)
    .map((operation) =>
      operation.return <= place
        ? operation
        : { ...operation, outcome: 'info', output: null, return: Infinity },
    )
}

function latestReturn(operations: readonly Operation[]): number {
  return operations.reduce((end, one) => (one.return === Infinity ? end : Math.max(end, one.return)), 0)
}

function openAt(entries: readonly Entry[], end: number): number {
  return entries.filter(({ item, operation }) => item.return > end && operation.call < end).length
}

// ---- operations that contradict each other by themselves

/**
 * The fewest operations up to the end, as long a window as it takes, that cannot be ordered from any of the states.
 * Operations that began before the window may have happened before it or in it.
 */
function contradictionIn(
  whole: Case,
  states: readonly number[],
  end: number,
): Pick<Window, 'operations' | 'concurrentCount'> | undefined {
  if (states.length > STATES_MAX) return undefined
  const last = whole.entries.find(({ item }) => item.return === end)
  if (last === undefined) return undefined
  const calls = whole.entries
    .map(({ item }) => item.call)
    .filter((call) => call <= last.item.call)
    .toSorted((a, b) => b - a)
  for (const cut of calls) {
    const inside = whole.entries.filter(({ item }) => item.call >= cut && item.return <= end)
    if (inside.length > OPERATIONS_MAX) return undefined
    const open = openEntries(whole.entries, cut, end)
    if (!isContradiction(whole, [...inside, ...open], states)) continue
    const least = leastOf(whole, inside, open, states)
    return {
      operations: least.map(({ operation }) => operation),
      concurrentCount: inside.length - least.length + open.length,
    }
  }
  return undefined
}

/** What was open at the cut or stays open at the end, as operations that may never happen. */
function openEntries(entries: readonly Entry[], cut: number, end: number): readonly Entry[] {
  return entries.filter(({ item }) => item.return > cut && (item.call < cut || item.return > end)).map(loosen)
}

function loosen(entry: Entry): Entry {
  return { operation: entry.operation, item: { ...entry.item, return: Infinity } }
}

function isContradiction(whole: Case, entries: readonly Entry[], states: readonly number[]): boolean {
  const limits = { ...whole.limits, stepsMax: STEPS_OF_ATTEMPT_MAX }
  return states.every((state) => run({ ...whole, entries, limits }, state).kind === 'none')
}

/** Drops every operation that need not have happened for the contradiction to stand. */
function leastOf(
  whole: Case,
  inside: readonly Entry[],
  open: readonly Entry[],
  states: readonly number[],
): readonly Entry[] {
  let kept = inside
  let loose = open
  for (const entry of inside) {
    const fewer = kept.filter((one) => one !== entry)
    if (!isContradiction(whole, [...fewer, ...loose, loosen(entry)], states)) continue
    kept = fewer
    loose = [...loose, loosen(entry)]
  }
  return kept
}
