// JSON text to Lua values. Numbers as strtod reads them; \u escapes become UTF-8.

import { Buffer } from 'node:buffer'

import type { Machine } from '../machine.ts'
import type { LuaTable } from '../table.ts'
import type { LuaValue } from '../value.ts'

const depthMax = 1000
const blanks = /[ \t\r\n]*/y
const numeral = /-?(?:[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)/y
const word = /[a-z]+/y

/** Reads one value; throws a LuaError that says where. */
export function readJson(machine: Machine, text: string, none: LuaValue): LuaValue {
  return new Reader(machine, text, none).whole()
}

class Reader {
  readonly #machine: Machine
  readonly #text: string
  readonly #none: LuaValue
  #at = 0

  constructor(machine: Machine, text: string, none: LuaValue) {
    this.#machine = machine
    this.#text = text
    this.#none = none
  }

  whole(): LuaValue {
    const value = this.#value(0)
    this.#match(blanks)
    if (this.#at < this.#text.length) this.#fail('the end')
    return value
  }

  #value(depth: number): LuaValue {
    this.#match(blanks)
    const char = this.#text.charAt(this.#at)
    if (char === '{' || char === '[') return this.#nested(char, depth + 1)
    if (char === '"') return this.#string()
    const digits = this.#match(numeral)
    if (digits !== '') return Number(digits)
    const start = this.#at
    switch (this.#match(word)) {
      case 'true':
        return true
      case 'false':
        return false
      case 'null':
        return this.#none
      default:
        this.#at = start
        return this.#fail('value')
    }
  }

  #nested(opening: string, depth: number): LuaTable {
    if (depth > depthMax)
      throw this.#machine.error(
        `Found too many nested data structures (${depth}) at character ${this.#at + 1}`,
      )
    this.#machine.enter(3)
    this.#at += 1
    const table = this.#machine.table()
    if (opening === '{') this.#members(table, depth)
    else this.#items(table, depth)
    this.#machine.depth -= 3
    return table
  }

  #items(table: LuaTable, depth: number): void {
    if (this.#accept(']')) return
    for (let place = 1; ; place += 1) {
      table.put(place, this.#value(depth))
      if (this.#accept(']')) return
      if (!this.#accept(',')) this.#fail('comma or array end')
    }
  }

  #members(table: LuaTable, depth: number): void {
    if (this.#accept('}')) return
    for (;;) {
      this.#match(blanks)
      if (this.#text.charAt(this.#at) !== '"') this.#fail('object key string')
      const key = this.#string()
      if (!this.#accept(':')) this.#fail('colon')
      table.put(key, this.#value(depth))
      if (this.#accept('}')) return
      if (!this.#accept(',')) this.#fail('comma or object end')
    }
  }

  #string(): string {
    const end = /(?:[^"\\]|\\.)*"/sy
    end.lastIndex = this.#at + 1
    const raw = end.exec(this.#text)?.[0]
    if (raw === undefined) return this.#fail('string')
    const start = this.#at
    this.#at += raw.length + 1
    this.#machine.meter.string(raw.length)
    if (!raw.includes('\\')) return raw.slice(0, -1)
    const bad = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(raw.replaceAll('\\\\', '  '))
    if (bad !== null) {
      this.#at = start + 1 + bad.index
      return this.#fail('string')
    }
    return raw
      .slice(0, -1)
      .replaceAll(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u....|\\./g, unescaped)
  }

  #accept(char: string): boolean {
    this.#match(blanks)
    if (this.#text.charAt(this.#at) !== char) return false
    this.#at += 1
    return true
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(wanted: string): never {
    this.#match(blanks)
    const got = this.#at < this.#text.length ? 'invalid token' : 'T_END'
    throw this.#machine.error(`Expected ${wanted} but found ${got} at character ${this.#at + 1}`)
  }
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function unescaped(escape: string): string {
  const letter = escape.charAt(1)
  if (letter !== 'u') return shortEscapes.get(letter) ?? letter
  const units = [...escape.matchAll(/u([0-9a-fA-F]{4})/g)].map(([, digits = '0']) =>
    Number.parseInt(digits, 16),
  )
  return Buffer.from(String.fromCharCode(...units), 'utf8').toString('latin1')
}
