// The operations of one key laid out for the search: typed arrays, a list of call and return entries in order of time,
// and for each operation the bit that says whether it has been placed.

import type { Item } from './item.ts'
import type { Machine } from './machine.ts'

/** What an item's action does, as the search tells them apart. */
export const NONE = 0
/** See `Effect`. */
export const OVERWRITE = 1
/** See `Effect`. */
export const UPDATE = 2
/** See `Effect`. */
export const BLIND = 3

/**
 * The entries are numbered in order of time; items in order of their calls. Bits of placed items are reused as soon as
 * an item has returned: a slot names at most one item that is open at a given return, so (next return, slots) is exact.
 */
export interface Problem {
  readonly machine: Machine
  /** How many items must be placed: those with an end. */
  readonly requiredCount: number
  readonly entryCount: number
  /** For each entry its item. */
  readonly entryItem: Int32Array
  /** For each entry 1 if it is a return. */
  readonly isReturn: Uint8Array
  /** For each required item. */
  readonly callEntry: Int32Array
  readonly returnEntry: Int32Array
  readonly action: Int32Array
  readonly effect: Uint8Array
  /** The word and bit of a required item in the mask of placed items. */
  readonly word: Int32Array
  readonly bit: Int32Array
  /** Words of the mask: first those of updates, then of overwrites and blind updates, then of reads. */
  readonly wordCount: number
  readonly overwriteWord: number
  readonly readWord: number
  /** `parity[entry * wordCount + word]` for a return entry: the bits of all items that returned before it, xored. */
  readonly parity: Int32Array
  readonly parityRow: Int32Array
  /** The cluster that a required item begins, and the one whose value it saw, or -1. */
  readonly begins: Int32Array
  readonly sees: Int32Array
  /** For each cluster how many required items saw its value. */
  readonly readerCounts: Int32Array
  /** The cluster that the object is in at first, or -1. */
  readonly firstCluster: number
  /** Items without an end, grouped by action; within a group in order of their calls, as the next entry after the call. */
  readonly openActions: Int32Array
  readonly openEffects: Uint8Array
  readonly openCalls: readonly Int32Array[]
}

/** Lays out items for the search. Reads without an end are left out, as are items that constrain nothing (action -1). */
export function layOut(machine: Machine, items: readonly Item[]): Problem {
  const required = items
    .filter((item) => item.action >= 0 && item.return !== Infinity)
    .toSorted((a, b) => a.call - b.call)
  const open = items.filter(
    (item) => item.action >= 0 && item.return === Infinity && effectOf(machine, item.action) !== NONE,
  )
  const entries = entriesOf(required)
  const slots = assignSlots(machine, required, entries)
  return {
    machine,
    requiredCount: required.length,
    ...entries,
    ...slots,
    action: new Int32Array(required.map((item) => item.action)),
    effect: new Uint8Array(required.map((item) => effectOf(machine, item.action))),
    ...parityOf(entries, slots),
    ...clustersOf(required),
    ...groupOpen(machine, open, entryPlaces(required, entries)),
  }
}

const EFFECTS = { none: NONE, overwrite: OVERWRITE, update: UPDATE, blind: BLIND } as const

/** Which bits an item shares its words with: what may be covered stands together. */
function sectionOf(effect: number): number {
  return effect === BLIND ? OVERWRITE : effect
}

function effectOf(machine: Machine, action: number): number {
  const effect = machine.effects[action]
  return effect === undefined ? UPDATE : EFFECTS[effect]
}

type Entries = Pick<Problem, 'entryCount' | 'entryItem' | 'isReturn' | 'callEntry' | 'returnEntry'>

/** Calls and returns merged in order of place; at one place calls come first, so that such items are concurrent. */
function entriesOf(required: readonly Item[]): Entries {
  const count = required.length
  const byReturn = required
    .map((_, index) => index)
    .toSorted((a, b) => placeOf(required, a) - placeOf(required, b) || a - b)
  const entries = {
    entryCount: count * 2,
    entryItem: new Int32Array(count * 2),
    isReturn: new Uint8Array(count * 2),
    callEntry: new Int32Array(count),
    returnEntry: new Int32Array(count),
  }
  let calls = 0
  for (let entry = 0, returns = 0; entry < count * 2; entry++) {
    const returning = byReturn[returns] as number
    const isCall = calls < count && (required[calls] as Item).call <= placeOf(required, returning)
    const item = isCall ? calls++ : returning
    if (!isCall) returns++
    entries.entryItem[entry] = item
    entries.isReturn[entry] = isCall ? 0 : 1
    if (isCall) entries.callEntry[item] = entry
    else entries.returnEntry[item] = entry
  }
  return entries
}

function placeOf(required: readonly Item[], index: number): number {
  return (required[index] as Item).return
}

type Slots = Pick<Problem, 'word' | 'bit' | 'wordCount' | 'overwriteWord' | 'readWord'>

/** Gives each item the lowest slot free during its interval, apart for updates, overwrites and reads. */
function assignSlots(machine: Machine, required: readonly Item[], entries: Entries): Slots {
  const slot = new Int32Array(required.length)
  const free: number[][] = [[], [], []]
  const used = [0, 0, 0]
  for (let entry = 0; entry < entries.entryCount; entry++) {
    const item = entries.entryItem[entry] as number
    const effect = sectionOf(effectOf(machine, (required[item] as Item).action))
    const pool = free[effect] as number[]
    if (entries.isReturn[entry] === 1) pool.push(slot[item] as number)
    else slot[item] = pool.pop() ?? (used[effect] as number)
    if ((slot[item] as number) >= (used[effect] as number)) used[effect] = (slot[item] as number) + 1
  }
  const overwriteWord = (((used[UPDATE] as number) + 31) / 32) | 0
  const readWord = overwriteWord + ((((used[OVERWRITE] as number) + 31) / 32) | 0)
  const wordCount = readWord + ((((used[NONE] as number) + 31) / 32) | 0)
  const first = [readWord, overwriteWord, 0]
  const word = slot.map((value, item) => {
    const effect = sectionOf(effectOf(machine, (required[item] as Item).action))
    return (first[effect] as number) + (value >>> 5)
  })
  return { word, bit: slot.map((value) => 1 << (value & 31)), wordCount, overwriteWord, readWord }
}

function clustersOf(
  required: readonly Item[],
): Pick<Problem, 'begins' | 'sees' | 'readerCounts' | 'firstCluster'> {
  const begins = new Int32Array(required.map((item) => item.begins ?? -1))
  const sees = new Int32Array(required.map((item) => item.sees ?? -1))
  const count = Math.max(largest(begins), largest(sees)) + 1
  const readerCounts = new Int32Array(count)
  for (const cluster of sees) if (cluster >= 0) readerCounts[cluster] = (readerCounts[cluster] as number) + 1
  const begun = new Set(begins)
  const firstCluster = sees.find((cluster) => cluster >= 0 && !begun.has(cluster)) ?? -1
  return { begins, sees, readerCounts, firstCluster }
}

function largest(values: Int32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -1)
}

/** One row of parities for each return, in order. */
function parityOf(entries: Entries, slots: Slots): Pick<Problem, 'parity' | 'parityRow'> {
  const width = slots.wordCount
  const parity = new Int32Array((entries.entryCount / 2 + 1) * width)
  const parityRow = new Int32Array(entries.entryCount)
  let row = 0
  for (let entry = 0; entry < entries.entryCount; entry++) {
    if (entries.isReturn[entry] !== 1) continue
    const item = entries.entryItem[entry] as number
    parityRow[entry] = row * width
    parity.copyWithin((row + 1) * width, row * width, (row + 1) * width)
    const at = (row + 1) * width + (slots.word[item] as number)
    parity[at] = (parity[at] as number) ^ (slots.bit[item] as number)
    row++
  }
  return { parity, parityRow }
}

/** The place of each entry, for finding where the call of an item without an end falls among them. */
function entryPlaces(required: readonly Item[], entries: Entries): Float64Array {
  const places = new Float64Array(entries.entryCount)
  for (const [item, { call, return: end }] of required.entries()) {
    places[entries.callEntry[item] as number] = call
    places[entries.returnEntry[item] as number] = end
  }
  return places
}

type Open = Pick<Problem, 'openActions' | 'openEffects' | 'openCalls'>

function groupOpen(machine: Machine, open: readonly Item[], places: Float64Array): Open {
  const groups = new Map<number, number[]>()
  for (const item of open.toSorted((a, b) => a.call - b.call)) {
    const group = groups.get(item.action)
    const entry = firstAtOrAfter(places, item.call)
    if (group === undefined) groups.set(item.action, [entry])
    else group.push(entry)
  }
  return {
    openActions: Int32Array.from(groups.keys()),
    openEffects: Uint8Array.from(groups.keys(), (action) => effectOf(machine, action)),
    openCalls: Array.from(groups.values(), (calls) => Int32Array.from(calls)),
  }
}

function firstAtOrAfter(places: Float64Array, place: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] as number) < place) low = middle + 1
    else high = middle
  }
  return low
}
