// Why a history is not linearizable: the smallest window of operations that cannot be ordered.

import type { Data } from '../../sim/index.ts'
import { Allowance } from './allowance.ts'
import { checkOf, orLate, type Check } from './deadline.ts'
import { narrowItems, judgeObject } from './judge-object.ts'
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
   * The states that are possible before them, as far as they are known. `any`: they cannot be ordered from whatever state the object ever had, so
   * they contradict each other by themselves.
   */
  readonly before: 'any' | readonly string[]
  /** Operations open at the same time that may have happened or not; neither helps. */
  readonly concurrentCount: number
  /** With what ended here, what ended before cannot be ordered. */
  readonly end: number
  /** Whether everything that ended before `end` can be ordered; otherwise a bound was reached before that was known. */
  readonly isExact: boolean
}

/** An operation and its item; undefined items were found not to matter. */
interface Entry {
  readonly item: Item
  readonly operation: Operation
}

interface Case {
  readonly machine: Machine
  readonly entries: readonly Entry[]
  readonly allowance: Allowance
}

/** Most operations of a window that is tried by itself, and most states that it is tried from. */
const OPERATIONS_MAX = 10
const STATES_MAX = 200
const STEPS_OF_ATTEMPT_MAX = 20_000
/** How much of an explanation may go into finding the shortest prefix. */
const BISECTION_RATIO = 0.6
/** Most steps of a search without foresight. */
const STEPS_OF_PLAIN_MAX = 300_000

/**
 * Explains a partition that is known not to be linearizable. `limits.stepsMax` bounds all searches together; reaching a
 * bound makes it say less, never wrong.
 */
export function findWindow(partition: Partition, model: Model, limits: SearchLimits): Window {
  return orLate(() => findInTime(partition, model, limits), wholeOf(partition))
}

function findInTime(partition: Partition, model: Model, limits: SearchLimits): Window {
  const allowance = new Allowance(limits)
  const { prefix, isExact } = shortestBadPrefix(partition.operations, model, allowance)
  const end = latestReturn(prefix)
  const last = prefix.filter((operation) => operation.return === end)
  const { machine, result } = judgeBefore(end, prefix, model, allowance, checkOf(limits.isOverdue))
  const entries = entriesOf(machine, prefix)
  const common = { key: partition.key, end, isExact }
  const { states, visited } = result.kind === 'none' ? result : NOTHING_KNOWN
  const contradiction = contradictionIn({ machine, entries, allowance }, visited, end)
  if (contradiction !== undefined && contradiction.operations.length > 1)
    return { ...common, ...contradiction, before: 'any' }
  return {
    ...common,
    operations: last,
    before: isExact ? states.map((state) => machine.show(state)) : [],
    concurrentCount: openAt(entries, end),
  }
}

/** What is known without any search: it cannot be ordered as a whole. */
function wholeOf({ key, operations }: Partition): Window {
  const end = latestReturn(operations)
  const last = operations.filter((operation) => operation.return === end)
  return { key, operations: last, before: [], concurrentCount: 0, end, isExact: false }
}

const NOTHING_KNOWN = { states: [], visited: [] }

interface JudgedPrefix {
  readonly machine: Machine
  readonly result: SearchResult
}

/**
 * Searches the prefix for its own sake. Without foresight if that can be afforded, since what is shown should be
 * impossible, not only without a future; the intervals are as narrow as the history before its end makes them.
 */
function judgeBefore(
  end: number,
  prefix: readonly Operation[],
  model: Model,
  allowance: Allowance,
  check: Check,
): JudgedPrefix {
  const before = prefix.map((operation) => (operation.return === end ? opened(operation) : operation))
  const narrowed = narrowItems(model.begin(before, true, check), before, check)
  const judge = (foresight: boolean, stepsMax: number): JudgedPrefix => {
    const machine = model.begin(prefix, foresight, check)
    const items = prefix.map(({ call, return: returned }, index): Item => {
      const narrow = returned === end ? undefined : narrowed?.[index]
      return { ...(narrow ?? { call, return: returned }), action: machine.actions[index] as number }
    })
    const run = (limits: SearchLimits): SearchResult =>
      search(layOut(machine, items), machine.initial, limits)
    return { machine, result: allowance.search(prefix.length, run, stepsMax) }
  }
  const plain = judge(false, STEPS_OF_PLAIN_MAX)
  return plain.result.kind === 'none' ? plain : judge(true, Infinity)
}

function entriesOf(machine: Machine, operations: readonly Operation[]): readonly Entry[] {
  return operations.flatMap((operation, index) => {
    const action = machine.actions[index] as number
    return action < 0 ? [] : [{ operation, item: { action, call: operation.call, return: operation.return } }]
  })
}

// ---- the shortest prefix that is not linearizable

interface Prefix {
  readonly prefix: readonly Operation[]
  readonly isExact: boolean
}

/**
 * Histories are closed under prefixes, so bisection finds the return that breaks one. What cannot be judged is taken for
 * good, so that the prefix found is surely bad.
 */
function shortestBadPrefix(operations: readonly Operation[], model: Model, allowance: Allowance): Prefix {
  const ends = operations
    .map((operation) => operation.return)
    .filter((end) => end !== Infinity)
    .toSorted((a, b) => a - b)
  const forBisection = allowance.share(BISECTION_RATIO)
  let low = 0
  let high = ends.length - 1
  let isExact = true
  while (low < high && !forBisection.isSpent) {
    const middle = (low + high) >>> 1
    const { kind } = judgePrefix(prefixOf(operations, ends[middle] as number), model, forBisection)
    if (kind === 'none') high = middle
    else low = middle + 1
    if (kind === 'unknown') isExact = false
  }
  return { prefix: prefixOf(operations, ends[high] ?? Infinity), isExact: isExact && low >= high }
}

function judgePrefix(prefix: readonly Operation[], model: Model, allowance: Allowance): SearchResult {
  return allowance.search(prefix.length, (limits) => judgeObject(prefix, model, limits))
}

/** The operations called up to a place; those that end later have no known end there. */
function prefixOf(operations: readonly Operation[], place: number): readonly Operation[] {
  return operations
    .filter((operation) => operation.call <= place)
    .map((operation) => (operation.return <= place ? operation : opened(operation)))
}

function opened(operation: Operation): Operation {
  return { ...operation, outcome: 'info', output: null, return: Infinity }
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
  if (states.length === 0 || states.length > STATES_MAX) return undefined
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

function isContradiction(
  { machine, allowance }: Case,
  entries: readonly Entry[],
  states: readonly number[],
): boolean {
  const problem = layOut(
    machine,
    entries.map(({ item }) => item),
  )
  const attempt = (state: number): SearchResult =>
    allowance.search(entries.length, (limits) => search(problem, state, limits), STEPS_OF_ATTEMPT_MAX)
  return states.every((state) => attempt(state).kind === 'none')
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
