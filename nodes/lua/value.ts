// Lua's values: nil is undefined, numbers are doubles, strings are bytes (each character of a JavaScript string one byte).

import type { LuaTable } from './table.ts'

/** A value. */
export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction

/** A function of Lua or of the host. */
export class LuaFunction {
  readonly name: string
  /** Takes arguments, gives results. The array of arguments belongs to it. */
  readonly call: (args: LuaValue[]) => LuaValue[]
  readonly isNative: boolean
  /** A number of its own, shown in place of an address. */
  readonly id: number

  constructor(name: string, call: (args: LuaValue[]) => LuaValue[], isNative: boolean, id = 0) {
    this.name = name
    this.call = call
    this.isNative = isNative
    this.id = id
  }
}

/** What `type` says. */
export function typeName(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil'
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value
    default:
      return value instanceof LuaFunction ? 'function' : 'table'
  }
}
