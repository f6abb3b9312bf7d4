// JSON text to Lua values. What is open waits on a stack of its own, so that nesting takes none of the real one.

import type { JsonSettings } from './json-settings.ts'
import { type JsonToken, JsonTokens } from './json-token.ts'
import type { Machine } from '../machine.ts'
import type { LuaTable } from '../table.ts'
import type { LuaValue } from '../value.ts'

/** Reads one value; throws a LuaError that says where. */
export function readJson(machine: Machine, settings: JsonSettings, none: LuaValue, text: string): LuaValue {
  return new Reader(machine, settings, none, text).whole()
}

/** An array (`key` null) or object that is being read. */
interface Open {
  readonly table: LuaTable
  place: number
  key: string | null
}

class Reader {
  readonly #machine: Machine
  readonly #settings: JsonSettings
  readonly #none: LuaValue
  readonly #tokens: JsonTokens
  readonly #open: Open[] = []

  constructor(machine: Machine, settings: JsonSettings, none: LuaValue, text: string) {
    this.#machine = machine
    this.#settings = settings
    this.#none = none
    this.#tokens = new JsonTokens(text, settings.decodesInvalid)
  }

  whole(): LuaValue {
    let value = this.#value(this.#tokens.next())
    for (let open = this.#open.at(-1); open !== undefined; open = this.#open.at(-1)) {
      if (value !== undefined) {
        open.table.put(open.key ?? open.place, value)
        value = this.#afterItem(open)
      } else value = this.#firstItem(open)
    }
    const end = this.#tokens.next()
    if (end.kind !== 'T_END') this.#fail('the end', end)
    return value
  }

  /** A value; undefined where a container was opened. */
  #value(token: JsonToken): LuaValue {
    switch (token.kind) {
      case 'T_STRING':
        this.#machine.meter.string(token.value.length)
        return token.value
      case 'T_NUMBER':
      case 'T_BOOLEAN':
        return token.value
      case 'T_NULL':
        return this.#none
      case 'T_OBJ_BEGIN':
      case 'T_ARR_BEGIN':
        return this.#begin(token.kind === 'T_OBJ_BEGIN')
      default:
        return this.#fail('value', token)
    }
  }

  #begin(isObject: boolean): undefined {
    const depth = this.#open.length + 1
    if (depth > this.#settings.decodeDepthMax)
      throw this.#machine.error(
        `Found too many nested data structures (${depth}) at character ${this.#tokens.at}`,
      )
    this.#open.push({ table: this.#machine.table(), place: 0, key: isObject ? '' : null })
    return undefined
  }

  #firstItem(open: Open): LuaValue {
    const token = this.#tokens.next()
    if (token.kind === (open.key === null ? 'T_ARR_END' : 'T_OBJ_END')) return this.#closed(open)
    return this.#item(open, token)
  }

  /** What follows a value that was stored: the next one, or the container itself. */
  #afterItem(open: Open): LuaValue {
    const token = this.#tokens.next()
    if (token.kind === (open.key === null ? 'T_ARR_END' : 'T_OBJ_END')) return this.#closed(open)
    if (token.kind !== 'T_COMMA')
      this.#fail(open.key === null ? 'comma or array end' : 'comma or object end', token)
    return this.#item(open, this.#tokens.next())
  }

  #closed({ table }: Open): LuaTable {
    this.#open.pop()
    return table
  }

  #item(open: Open, token: JsonToken): LuaValue {
    this.#machine.meter.step()
    if (open.key === null) {
      open.place += 1
      return this.#value(token)
    }
    if (token.kind !== 'T_STRING') return this.#fail('object key string', token)
    open.key = token.value
    this.#machine.meter.string(token.value.length)
    const colon = this.#tokens.next()
    if (colon.kind !== 'T_COLON') this.#fail('colon', colon)
    return this.#value(this.#tokens.next())
  }

  #fail(wanted: string, token: JsonToken): never {
    const found = token.kind === 'T_ERROR' ? token.why : token.kind
    throw this.#machine.error(`Expected ${wanted} but found ${found} at character ${token.at + 1}`)
  }
}
