// What memory is alive: everything that can be reached from the globals and from the stacks of all calls. Looked through at
// places where no value hides in the host's own variables, and in an order that is the same on every machine.

import { Frame } from './frame.ts'
import type { Machine, Stack } from './machine.ts'
import { LuaTable } from './table.ts'
import { LuaFunction, LuaThread, type LuaValue } from './value.ts'

/** Bytes that a function is counted for. */
export const functionBytes: number = 64
/** Bytes that a coroutine is counted for, without its calls. */
export const threadBytes: number = 1024
const stringBytes = 24

/** What is alive: its bytes (a string as often as it is referred to), and how many values were looked at. */
export interface Live {
  readonly bytes: number
  readonly visited: number
}

/** Looks through everything that a machine can still reach, and through `roots`. */
export function liveMemory(machine: Machine, roots: Iterable<LuaValue>): Live {
  const search = new Search()
  search.value(machine.globals)
  search.value(machine.stringMeta ?? undefined)
  search.value(machine.thread ?? undefined)
  for (const root of roots) search.value(root)
  search.stack(machine)
  for (const stack of machine.waiting) search.stack(stack)
  return search.run()
}

class Search {
  readonly #seen = new Set<object>()
  readonly #open: object[] = []
  #bytes = 0
  #visited = 0

  run(): Live {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      if (next instanceof LuaTable) this.#table(next)
      else if (next instanceof LuaFunction) this.#function(next)
      else if (next instanceof LuaThread) {
        this.#bytes += threadBytes
        this.stack(next.stack)
      }
    }
    return { bytes: this.#bytes, visited: this.#visited }
  }

  value(value: LuaValue): void {
    this.#visited += 1
    if (typeof value === 'string') this.#bytes += stringBytes + value.length
    else if (typeof value === 'object' && !this.#seen.has(value)) {
      this.#seen.add(value)
      this.#open.push(value)
    }
  }

  stack({ calls, temporaries }: Stack): void {
    for (const call of calls) if (call instanceof Frame) this.#frame(call)
    for (const held of temporaries) {
      if (Array.isArray(held)) for (const value of held) this.value(value)
      else this.value(held)
    }
  }

  #frame({ bytes, cells, results, slots, upvalues, varargs }: Frame): void {
    this.#bytes += bytes
    for (const values of [slots, varargs, results]) for (const value of values) this.value(value)
    this.#cells(cells)
    this.#cells(upvalues)
  }

  /** Cells of a call, of which those before the last may not be there yet. */
  #cells(cells: readonly ({ readonly value: LuaValue } | undefined)[]): void {
    for (const cell of cells) if (cell !== undefined) this.value(cell.value)
  }

  #table(table: LuaTable): void {
    this.#bytes += table.bytes
    this.value(table.metatable ?? undefined)
    table.visit((value) => {
      this.value(value)
    })
  }

  #function({ held, upvalues }: LuaFunction): void {
    this.#bytes += functionBytes
    for (const value of held) this.value(value)
    this.#cells(upvalues)
  }
}
