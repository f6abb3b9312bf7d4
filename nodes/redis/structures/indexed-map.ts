// A map that keeps the order of insertion as Map does, and beyond that can be entered anywhere: a random pair in O(1), and
// scans that are taken up where they stopped, however the map has changed in between.
//
// Pairs stand in slots in the order of their serial numbers, which only grow. Deleting leaves a hole; once holes are the
// most, the others move up. A scan's cursor is a serial number: what was there all the time is met once.

import { SlotTable } from './slot-table.ts'
import type { ByteString } from '../value.ts'

const holesMin = 16
// Slots of a block: 256.
const blockBits = 8

/** Byte strings to values, in the order of insertion. */
export class IndexedMap<V> implements Iterable<readonly [key: ByteString, value: V]> {
  readonly #slots = new SlotTable()
  #size = 0
  /** Each key with its value behind it, so that both are in memory at one place; undefined where there is none. */
  #pairs: (ByteString | V | undefined)[] = []
  #serials: number[] = []
  /** See `#counted`; null where nobody asks. */
  #counts: number[] | null = null
  #serial = 1
  #bytes = 0

  get size(): number {
    return this.#size
  }

  /** The bytes of all keys. */
  get keyBytes(): number {
    return this.#bytes
  }

  get(key: ByteString): V | undefined {
    const slot = this.#slots.find(key, this.#pairs)
    return slot < 0 ? undefined : (this.#pairs[2 * slot + 1] as V)
  }

  has(key: ByteString): boolean {
    return this.#slots.find(key, this.#pairs) >= 0
  }

  /** Sets a value; a key that is there keeps its place. Returns whether it is new. */
  set(key: ByteString, value: V): boolean {
    const slot = this.#slots.find(key, this.#pairs)
    if (slot >= 0) {
      this.#pairs[2 * slot + 1] = value
      return false
    }
    this.#count(this.#serials.length, 1)
    this.#pairs.push(key, value)
    this.#slots.add(key, this.#pairs)
    this.#size += 1
    this.#serials.push(this.#serial)
    this.#serial += 1
    this.#bytes += key.length
    return true
  }

  delete(key: ByteString): boolean {
    const slot = this.#slots.find(key, this.#pairs)
    if (slot < 0) return false
    this.#slots.remove(key, this.#pairs)
    this.#size -= 1
    this.#bytes -= key.length
    this.#pairs[2 * slot] = undefined
    this.#pairs[2 * slot + 1] = undefined
    this.#count(slot, -1)
    this.#closeHoles()
    return true
  }

  clear(): void {
    this.#size = 0
    this.#pairs = []
    this.#slots.rebuild(this.#pairs)
    this.#serials = []
    this.#counts = null
    this.#bytes = 0
  }

  /**
   * A pair, all equally likely; `draw(n)` gives a whole number from 0 to n - 1, and is asked once. Undefined where there is none.
   * Which it is follows from the draw and the order of insertion alone: a map that was filled anew in that order (a replica
   * that began with a snapshot) gives the same, wherever there are holes here.
   */
  random(draw: (n: number) => number): readonly [key: ByteString, value: V] | undefined {
    if (this.size === 0) return undefined
    const slot = this.#slotOfRank(draw(this.size))
    return this.#pairAt(slot)
  }

  /** The slot of the pair before which so many stand. */
  #slotOfRank(rank: number): number {
    if (this.#serials.length === this.size) return rank
    const counts = this.#counted()
    let left = rank
    let block = 0
    for (; left >= (counts[block] as number); block += 1) left -= counts[block] as number
    for (let slot = block << blockBits; ; slot += 1) {
      if (this.#keyAt(slot) === undefined) continue
      if (left === 0) return slot
      left -= 1
    }
  }

  /** How many pairs stand in each block of slots: counted when it is first asked for, and kept from then on. */
  #counted(): number[] {
    if (this.#counts !== null) return this.#counts
    const counts: number[] = []
    for (let slot = 0; slot < this.#serials.length; slot += 1) {
      const block = slot >> blockBits
      counts[block] = (counts[block] ?? 0) + (this.#keyAt(slot) === undefined ? 0 : 1)
    }
    this.#counts = counts
    return counts
  }

  #count(slot: number, change: number): void {
    const block = slot >> blockBits
    if (this.#counts !== null) this.#counts[block] = (this.#counts[block] ?? 0) + change
  }

  /**
   * Visits at least `count` slots (as far as there are) from a cursor, 0 for the start. Returns the cursor to go on from, 0
   * at the end. A key that is there from the first call to the last is visited exactly once.
   */
  scan(cursor: number, count: number, visit: (key: ByteString, value: V) => void): number {
    let slot = cursor === 0 ? 0 : this.#slotAt(cursor)
    for (let left = count; slot < this.#serials.length && left > 0; slot += 1) {
      const key = this.#keyAt(slot)
      if (key === undefined) continue
      left -= 1
      visit(key, this.#valueAt(slot))
    }
    while (slot < this.#serials.length && this.#keyAt(slot) === undefined) slot += 1
    return slot < this.#serials.length ? (this.#serials[slot] as number) : 0
  }

  *[Symbol.iterator](): IterableIterator<readonly [key: ByteString, value: V]> {
    for (const slot of this.#filled()) yield this.#pairAt(slot)
  }

  *keys(): IterableIterator<ByteString> {
    for (const slot of this.#filled()) yield this.#keyAt(slot) as ByteString
  }

  *values(): IterableIterator<V> {
    for (const slot of this.#filled()) yield this.#valueAt(slot)
  }

  /** The slots of all pairs; as with a Map, what changes meanwhile is as it is when its turn comes. */
  *#filled(): IterableIterator<number> {
    let pairs = this.#pairs
    for (let slot = 0; slot < this.#serials.length; slot += 1) {
      if (this.#keyAt(slot) === undefined) continue
      const serial = this.#serials[slot] as number
      yield slot
      if (pairs === this.#pairs) continue
      pairs = this.#pairs
      slot = this.#slotAt(serial + 1) - 1
    }
  }

  /** The first slot whose serial number is at least the cursor. */
  #slotAt(cursor: number): number {
    let low = 0
    let high = this.#serials.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#serials[middle] as number) < cursor) low = middle + 1
      else high = middle
    }
    return low
  }

  #keyAt(slot: number): ByteString | undefined {
    return this.#pairs[2 * slot] as ByteString | undefined
  }

  #valueAt(slot: number): V {
    return this.#pairs[2 * slot + 1] as V
  }

  #pairAt(slot: number): readonly [key: ByteString, value: V] {
    return [this.#keyAt(slot) as ByteString, this.#valueAt(slot)]
  }

  #closeHoles(): void {
    const { length } = this.#serials
    if (length - this.size < holesMin || this.size * 2 > length) return
    const pairs: (ByteString | V)[] = []
    const serials: number[] = []
    for (let slot = 0; slot < length; slot += 1) {
      const key = this.#keyAt(slot)
      if (key === undefined) continue
      pairs.push(key, this.#valueAt(slot))
      serials.push(this.#serials[slot] as number)
    }
    this.#pairs = pairs
    this.#serials = serials
    this.#counts = null
    this.#slots.rebuild(pairs)
  }
}

/** Byte strings in the order of insertion. */
export class IndexedSet implements Iterable<ByteString> {
  readonly #map = new IndexedMap<true>()

  constructor(members: Iterable<ByteString> = []) {
    for (const member of members) this.#map.set(member, true)
  }

  get size(): number {
    return this.#map.size
  }

  /** The bytes of all members. */
  get bytes(): number {
    return this.#map.keyBytes
  }

  has(member: ByteString): boolean {
    return this.#map.has(member)
  }

  /** Whether it is new. */
  add(member: ByteString): boolean {
    return this.#map.set(member, true)
  }

  delete(member: ByteString): boolean {
    return this.#map.delete(member)
  }

  /** A member, all equally likely; see IndexedMap. */
  random(draw: (n: number) => number): ByteString | undefined {
    return this.#map.random(draw)?.[0]
  }

  /** As IndexedMap.scan. */
  scan(cursor: number, count: number, visit: (member: ByteString) => void): number {
    return this.#map.scan(cursor, count, visit)
  }

  [Symbol.iterator](): IterableIterator<ByteString> {
    return this.#map.keys()
  }
}
