// cjson: JSON to and from Lua, with the settings that Redis leaves it. An empty table is written as an object; null is a
// value of its own (`cjson.null`).

import { type Arguments, install } from '../arguments.ts'
import { readJson } from './json-reader.ts'
import type { Machine } from '../machine.ts'
import { generalText } from '../number-text.ts'
import type { LuaTable } from '../table.ts'
import { LuaFunction, type LuaValue, typeName } from '../value.ts'

const depthMax = 1000
/** An array may have so many times more places than values, once it is longer than that. */
const [sparseRatio, sparseSafe] = [2, 10]

/** Installs `cjson`. */
export function installJson(machine: Machine): void {
  // Lua has a light userdata here, which nothing but `==` can be done with.
  const none = machine.native('cjson.null', () => [])
  const table = install(machine, machine.table(), {
    encode: (args) => {
      if (args.count !== 1) throw args.wrong(1, 'expected 1 argument')
      return [new Writer(args, none).value(args.at(1), 0)]
    },
    decode: (args) => {
      if (args.count !== 1) throw args.wrong(1, 'expected 1 argument')
      const text = args.string(1)
      args.machine.meter.step(text.length)
      return [readJson(args.machine, text, none)]
    },
  })
  table.put('null', none)
  table.put('_NAME', 'cjson')
  table.put('_VERSION', '2.1.0')
  machine.globals.put('cjson', table)
}

class Writer {
  readonly #args: Arguments
  readonly #none: LuaValue

  constructor(args: Arguments, none: LuaValue) {
    this.#args = args
    this.#none = none
  }

  value(value: LuaValue, depth: number): string {
    const { machine } = this.#args
    machine.meter.step()
    if (value === this.#none || value === undefined) return 'null'
    switch (typeof value) {
      case 'boolean':
        return String(value)
      case 'number':
        if (!Number.isFinite(value)) throw machine.error('Cannot serialise number: must not be NaN or Inf')
        return generalText(value, 14)
      case 'string':
        return this.#text(value)
      default:
        if (value instanceof LuaFunction) throw this.#refused(value, 'type not supported')
        return this.#table(value, depth + 1)
    }
  }

  #refused(value: LuaValue, why: string): Error {
    return this.#args.machine.error(`Cannot serialise ${typeName(value)}: ${why}`)
  }

  #text(text: string): string {
    this.#args.machine.meter.string(text.length)
    return `"${text.replaceAll(/["\\/]|[^ -~\u0080-\u00ff]/g, escaped)}"`
  }

  #table(table: LuaTable, depth: number): string {
    const { machine } = this.#args
    if (depth > depthMax) throw machine.error(`Cannot serialise, excessive depth (${depth})`)
    machine.enter(4)
    const length = this.#arrayLength(table)
    const parts: string[] = []
    if (length > 0) for (let at = 1; at <= length; at += 1) parts.push(this.value(table.get(at), depth))
    else
      for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
        const [key, value] = pair
        if (typeof key !== 'string' && typeof key !== 'number')
          throw this.#refused(key, 'table key must be a number or string')
        const name = typeof key === 'number' ? `"${generalText(key, 14)}"` : this.#text(key)
        parts.push(`${name}:${this.value(value, depth)}`)
      }
    machine.depth -= 4
    const text = parts.join(',')
    machine.meter.string(text.length)
    return length > 0 ? `[${text}]` : `{${text}}`
  }

  /** The largest index where all keys are whole numbers from 1 on; 0 where they are not, or there are none. */
  #arrayLength(table: LuaTable): number {
    let [max, count] = [0, 0]
    for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
      const [key] = pair
      this.#args.machine.meter.step()
      if (typeof key !== 'number' || !Number.isInteger(key) || key < 1) return 0
      max = Math.max(max, key)
      count += 1
    }
    if (max > count * sparseRatio && max > sparseSafe) throw this.#refused(table, 'excessively sparse array')
    return max
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

function escaped(char: string): string {
  return shortEscapes.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
