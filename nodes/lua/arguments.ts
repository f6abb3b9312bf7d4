// Arguments of library functions, read as Lua's auxiliary library reads them, with its errors.

import { type Machine, plainText, toNumber } from './machine.ts'
import { LuaTable } from './table.ts'
import { type LuaValue, typeName } from './value.ts'

/** Arguments of one call; counted from 1. */
export class Arguments {
  readonly machine: Machine
  /** As the caller names the function; `?` where it has no name. */
  readonly name: string
  readonly #isMethod: boolean
  readonly values: LuaValue[]

  constructor(machine: Machine, values: LuaValue[]) {
    this.machine = machine
    this.name = /'(.*)'/.exec(machine.calledAs)?.[1] ?? '?'
    this.#isMethod = machine.calledAs.startsWith('method')
    this.values = values
  }

  get count(): number {
    return this.values.length
  }

  at(place: number): LuaValue {
    return this.values[place - 1]
  }

  /** The error of an argument. */
  wrong(place: number, message: string): Error {
    // Who calls a method does not count the object itself.
    const shown = this.#isMethod ? place - 1 : place
    return this.machine.error(
      this.#isMethod && place === 1
        ? `calling '${this.name}' on bad self (${message})`
        : `bad argument #${shown} to '${this.name}' (${message})`,
    )
  }

  #wrongType(place: number, wanted: string): Error {
    const got = place > this.count ? 'no value' : typeName(this.at(place))
    return this.wrong(place, `${wanted} expected, got ${got}`)
  }

  any(place: number): LuaValue {
    if (place > this.count) throw this.wrong(place, 'value expected')
    return this.at(place)
  }

  string(place: number): string {
    const value = this.at(place)
    if (typeof value === 'string') return value
    if (typeof value === 'number') return plainText(value)
    throw this.#wrongType(place, 'string')
  }

  number(place: number): number {
    const value = toNumber(this.at(place))
    if (value === undefined) throw this.#wrongType(place, 'number')
    return value
  }

  /** A number cut to a whole one, as C casts it. */
  integer(place: number, otherwise?: number): number {
    if (otherwise !== undefined && this.at(place) === undefined) return otherwise
    const value = Math.trunc(this.number(place))
    return Math.abs(value) < 0x8000_0000_0000_0000 ? value : -0x8000_0000_0000_0000
  }

  table(place: number): LuaTable {
    const value = this.at(place)
    if (value instanceof LuaTable) return value
    throw this.#wrongType(place, 'table')
  }

  function(place: number): LuaValue {
    const value = this.at(place)
    if (typeName(value) !== 'function') throw this.#wrongType(place, 'function')
    return value
  }
}

/** A library: functions by name that get checked arguments. */
export type Library = Readonly<Record<string, (args: Arguments) => LuaValue[]>>

/** Puts a library's functions in a table. */
export function install(machine: Machine, table: LuaTable, library: Library): LuaTable {
  for (const [name, run] of Object.entries(library))
    table.put(
      name,
      machine.native(name, (values) => run(new Arguments(machine, values))),
    )
  return table
}
