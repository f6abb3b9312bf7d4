// A list that grows and shrinks at both ends in O(1) and is entered anywhere in O(1): a ring over an array.

import type { ByteString } from '../value.ts'

const capacityMin = 8

/** Byte strings in order, by index from 0. */
export class ByteList implements Iterable<ByteString> {
  #ring: (ByteString | undefined)[]
  #mask: number
  #head = 0
  #length = 0
  #bytes = 0

  constructor(items: Iterable<ByteString> = []) {
    this.#ring = Array.from({ length: capacityMin })
    this.#mask = capacityMin - 1
    for (const item of items) this.push(item)
  }

  get length(): number {
    return this.#length
  }

  /** The bytes of all items. */
  get bytes(): number {
    return this.#bytes
  }

  /** The item at an index; undefined outside. */
  at(index: number): ByteString | undefined {
    if (index < 0 || index >= this.#length) return undefined
    return this.#ring[(this.#head + index) & this.#mask]
  }

  /** Replaces the item at an index from 0 to length - 1. */
  set(index: number, item: ByteString): void {
    const place = (this.#head + index) & this.#mask
    this.#bytes += item.length - (this.#ring[place] ?? '').length
    this.#ring[place] = item
  }

  push(item: ByteString): void {
    if (this.#length > this.#mask) this.#resize(this.#ring.length * 2)
    this.#ring[(this.#head + this.#length) & this.#mask] = item
    this.#length += 1
    this.#bytes += item.length
  }

  unshift(item: ByteString): void {
    if (this.#length > this.#mask) this.#resize(this.#ring.length * 2)
    this.#head = (this.#head - 1) & this.#mask
    this.#ring[this.#head] = item
    this.#length += 1
    this.#bytes += item.length
  }

  pop(): ByteString | undefined {
    if (this.#length === 0) return undefined
    const place = (this.#head + this.#length - 1) & this.#mask
    return this.#remove(place, this.#head)
  }

  shift(): ByteString | undefined {
    if (this.#length === 0) return undefined
    return this.#remove(this.#head, (this.#head + 1) & this.#mask)
  }

  /** Inserts before an index from 0 to length. O(n). */
  insert(index: number, item: ByteString): void {
    this.push(item)
    for (let at = this.#length - 1; at > index; at -= 1) this.#move(at - 1, at)
    this.#ring[(this.#head + index) & this.#mask] = item
  }

  /** Keeps the items from `from` (inclusive) to `to` (exclusive), in bounds. O(items removed). */
  keep(from: number, to: number): void {
    for (let back = this.#length - to; back > 0; back -= 1) this.pop()
    for (let front = from; front > 0; front -= 1) this.shift()
  }

  /** Removes the first `max` items (from the end where `isReversed`) that equal a value; returns how many. O(n). */
  removeEqual(item: ByteString, max: number, isReversed = false): number {
    const items = [...this]
    if (isReversed) items.reverse()
    let removed = 0
    const kept = items.filter((each) => {
      const isRemoved = each === item && removed < max
      if (isRemoved) removed += 1
      return !isRemoved
    })
    if (removed === 0) return 0
    if (isReversed) kept.reverse()
    this.keep(0, 0)
    for (const each of kept) this.push(each)
    return removed
  }

  /** Items from `from` (inclusive) to `to` (exclusive), in bounds. */
  slice(from: number, to: number): ByteString[] {
    const items: ByteString[] = []
    for (let at = from; at < to; at += 1) items.push(this.#ring[(this.#head + at) & this.#mask] ?? '')
    return items
  }

  [Symbol.iterator](): IterableIterator<ByteString> {
    return this.slice(0, this.#length)[Symbol.iterator]()
  }

  #remove(place: number, head: number): ByteString | undefined {
    const item = this.#ring[place]
    this.#ring[place] = undefined
    this.#head = head
    this.#length -= 1
    this.#bytes -= item?.length ?? 0
    if (this.#ring.length > capacityMin && this.#length * 4 < this.#ring.length)
      this.#resize(this.#ring.length / 2)
    return item
  }

  #move(from: number, to: number): void {
    this.#ring[(this.#head + to) & this.#mask] = this.#ring[(this.#head + from) & this.#mask]
  }

  #resize(capacity: number): void {
    const items: (ByteString | undefined)[] = this.slice(0, this.#length)
    for (let at = items.length; at < capacity; at += 1) items.push(undefined)
    this.#ring = items
    this.#mask = capacity - 1
    this.#head = 0
  }
}
