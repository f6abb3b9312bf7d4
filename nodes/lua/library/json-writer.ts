// Lua values as JSON. Tables wait on a stack of its own, so that their nesting takes none of the real one.

import type { JsonSettings } from './json-settings.ts'
import type { Machine } from '../machine.ts'
import { generalText } from '../number-text.ts'
import { LuaTable } from '../table.ts'
import { type LuaValue, typeName } from '../value.ts'

/** Writes a value; throws a LuaError for what JSON has not. An empty table is an object. */
export function writeJson(machine: Machine, settings: JsonSettings, none: LuaValue, value: LuaValue): string {
  return new Writer(machine, settings, none).whole(value)
}

/** A table that is being written: an array up to its length, an object after its key. */
interface Open {
  readonly table: LuaTable
  readonly length: number
  at: number
  key: LuaValue
}

class Writer {
  readonly #machine: Machine
  readonly #settings: JsonSettings
  readonly #none: LuaValue
  readonly #open: Open[] = []
  readonly #parts: string[] = []

  constructor(machine: Machine, settings: JsonSettings, none: LuaValue) {
    this.#machine = machine
    this.#settings = settings
    this.#none = none
  }

  whole(value: LuaValue): string {
    this.#value(value)
    for (let open = this.#open.at(-1); open !== undefined; open = this.#open.at(-1)) this.#goOn(open)
    return this.#parts.join('')
  }

  #put(text: string): void {
    this.#machine.meter.string(text.length)
    this.#parts.push(text)
  }

  /** Writes a value, or the beginning of a table. */
  #value(value: LuaValue): void {
    this.#machine.meter.step()
    if (value === this.#none || value === undefined) this.#put('null')
    else if (typeof value === 'boolean') this.#put(String(value))
    else if (typeof value === 'number') this.#put(this.#number(value))
    else if (typeof value === 'string') this.#put(quoted(value))
    else if (value instanceof LuaTable) this.#begin(value)
    else throw this.#refused(value, 'type not supported')
  }

  #refused(value: LuaValue, why: string): Error {
    return this.#machine.error(`Cannot serialise ${typeName(value)}: ${why}`)
  }

  #number(value: number): string {
    const { encodeInvalid, precision } = this.#settings
    if (Number.isFinite(value)) return generalText(value, precision)
    if (encodeInvalid === 'null') return 'null'
    if (encodeInvalid === 'off') throw this.#refused(value, 'must not be NaN or Inf')
    return Number.isNaN(value) ? 'nan' : generalText(value, precision)
  }

  #begin(table: LuaTable): void {
    const depth = this.#open.length + 1
    if (depth > this.#settings.encodeDepthMax)
      throw this.#machine.error(`Cannot serialise, excessive nesting (${depth})`)
    const length = this.#arrayLength(table)
    this.#put(length > 0 ? '[' : '{')
    this.#open.push({ table, length, at: 0, key: undefined })
  }

  /** Writes the next value of a table, or its end. */
  #goOn(open: Open): void {
    if (open.length > 0) this.#item(open)
    else this.#member(open)
  }

  #item(open: Open): void {
    if (open.at === open.length) {
      this.#open.pop()
      this.#put(']')
      return
    }
    if (open.at > 0) this.#put(',')
    open.at += 1
    this.#value(open.table.get(open.at))
  }

  #member(open: Open): void {
    const pair = open.table.next(open.key)
    if (pair === undefined) {
      this.#open.pop()
      this.#put('}')
      return
    }
    if (open.at > 0) this.#put(',')
    open.at += 1
    const [key, value] = pair
    open.key = key
    if (typeof key === 'number') this.#put(`"${this.#number(key)}":`)
    else if (typeof key === 'string') this.#put(`${quoted(key)}:`)
    else throw this.#refused(key, 'table key must be a number or string')
    this.#value(value)
  }

  /** The largest index where all keys are whole numbers from 1 on; 0 where they are not, or there are none. */
  #arrayLength(table: LuaTable): number {
    const { isConverted, ratio, safe } = this.#settings.sparse
    let [max, count] = [0, 0]
    for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
      const [key] = pair
      this.#machine.meter.step()
      if (typeof key !== 'number' || !Number.isInteger(key) || key < 1) return 0
      max = Math.max(max, key)
      count += 1
    }
    if (ratio === 0 || max <= count * ratio || max <= safe) return max
    if (!isConverted) throw this.#refused(table, 'excessively sparse array')
    return 0
  }
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['/', '\\/'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\/]|[^ -~\u0080-\u00ff]/g, escaped)}"`
}

function escaped(char: string): string {
  return shortEscapes.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
