// Tables: values at 1, 2, 3, … in an array, all others in the order in which their keys came, so that `pairs` goes through a
// table in one order on every machine. A key whose value became nil keeps its place until others come: `next` may be asked
// for what follows it.

import { LuaError } from './lua-error.ts'
import type { Meter } from './meter.ts'
import type { LuaValue } from './value.ts'

const entryBytes = 40
const holeBytes = 8

/** A table. */
export class LuaTable {
  readonly id: number
  readonly #meter: Meter
  #array: LuaValue[] = []
  #keys: LuaValue[] = []
  #values: LuaValue[] = []
  #places = new Map<LuaValue, number>()
  #live = 0
  metatable: LuaTable | null = null
  /** Writing to it is an error. */
  isReadonly = false

  constructor(meter: Meter, id = 0) {
    meter.take(entryBytes)
    this.#meter = meter
    this.id = id
  }

  /** A border: a value is there, and none after it. */
  get length(): number {
    return this.#array.length
  }

  /** The value of a key, without metamethods. */
  get(key: LuaValue): LuaValue {
    if (typeof key === 'number') {
      const value = this.#array[key - 1]
      if (value !== undefined) return value
    }
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#values[place]
  }

  /** Sets the value of a key, without metamethods. Throws a LuaError for nil, NaN, and tables that are read only. */
  set(key: LuaValue, value: LuaValue): void {
    if (this.isReadonly) throw new LuaError('Attempt to modify a readonly table')
    this.put(key, value)
  }

  /** The same, also where the table is read only. */
  put(key: LuaValue, value: LuaValue): void {
    if (typeof key === 'number') {
      if (this.#setIndex(key, value)) return
      if (Number.isNaN(key)) throw new LuaError('table index is NaN')
    } else if (key === undefined) throw new LuaError('table index is nil')
    this.#setEntry(key, value)
  }

  /** Values as a constructor gives them: nil in between is kept. */
  place(values: readonly LuaValue[]): void {
    this.#meter.take(values.length * entryBytes)
    if (this.#array.length > 0 || this.#live > 0) {
      for (const [at, value] of values.entries()) this.put(at + 1, value)
      return
    }
    for (const value of values) this.#array.push(value)
    this.#trim()
  }

  /** The key and value after a key (nil: the first); undefined at the end. Throws a LuaError for a key that is not there. */
  next(key: LuaValue): readonly [key: LuaValue, value: LuaValue] | undefined {
    let at = 0
    if (key !== undefined) at = this.#indexOf(key) + 1
    for (; at < this.#array.length; at += 1) {
      const value = this.#array[at]
      if (value !== undefined) return [at + 1, value]
    }
    for (let place = at - this.#array.length; place < this.#keys.length; place += 1) {
      const value = this.#values[place]
      if (value !== undefined) return [this.#keys[place], value]
    }
    return undefined
  }

  /** The array part itself, for what sorts or moves. */
  get items(): LuaValue[] {
    return this.#array
  }

  /** Bytes that it is counted for, without what its keys and values are. */
  get bytes(): number {
    let holes = 0
    for (const value of this.#array) if (value === undefined) holes += 1
    return entryBytes * (1 + this.#array.length - holes + this.#keys.length) + holeBytes * holes
  }

  /** Shows all keys and values. */
  visit(see: (value: LuaValue) => void): void {
    for (const values of [this.#array, this.#keys, this.#values]) for (const value of values) see(value)
  }

  #indexOf(key: LuaValue): number {
    if (typeof key === 'number' && Number.isInteger(key) && key >= 1 && key <= this.#array.length)
      return key - 1
    const place = this.#places.get(key)
    if (place !== undefined) return this.#array.length + place
    // What was the end of the array and became nil while it was gone through.
    if (typeof key === 'number' && key >= 1) return this.#array.length - 1
    throw new LuaError("invalid key to 'next'")
  }

  #setIndex(key: number, value: LuaValue): boolean {
    const { length } = this.#array
    if (!Number.isInteger(key) || key < 1 || key > length + 1) return false
    if (key === length + 1) {
      if (value === undefined) return this.#places.size === 0
      this.#meter.take(entryBytes)
      if (this.#places.size > 0) this.#remove(key)
      this.#array.push(value)
      if (this.#live > 0) this.#migrate()
      return true
    }
    this.#array[key - 1] = value
    if (value === undefined && key === length) this.#trim()
    return true
  }

  #trim(): void {
    while (this.#array.length > 0 && this.#array[this.#array.length - 1] === undefined) this.#array.pop()
  }

  #migrate(): void {
    for (;;) {
      const next = this.#array.length + 1
      const place = this.#places.get(next)
      const value = place === undefined ? undefined : this.#values[place]
      if (value === undefined) return
      this.#remove(next)
      this.#array.push(value)
    }
  }

  #remove(key: LuaValue): void {
    const place = this.#places.get(key)
    if (place === undefined || this.#values[place] === undefined) return
    this.#values[place] = undefined
    this.#live -= 1
  }

  #setEntry(key: LuaValue, value: LuaValue): void {
    if (value === undefined) {
      this.#remove(key)
      return
    }
    const place = this.#places.get(key)
    if (place === undefined) {
      this.#meter.take(entryBytes)
      if (this.#keys.length > 32 && this.#live * 2 < this.#keys.length) this.#compact()
      this.#places.set(key, this.#keys.length)
      this.#keys.push(key)
      this.#values.push(value)
      this.#live += 1
      return
    }
    if (this.#values[place] === undefined) this.#live += 1
    this.#values[place] = value
  }

  #compact(): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = []
    this.#values = []
    this.#places = new Map()
    for (const [at, key] of keys.entries()) {
      const value = values[at]
      if (value === undefined) continue
      this.#places.set(key, this.#keys.length)
      this.#keys.push(key)
      this.#values.push(value)
    }
  }
}
