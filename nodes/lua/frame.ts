// One call of a Lua function: where its locals live.

import type { CallRecord } from './machine.ts'
import type { LuaValue } from './value.ts'

/** A local variable that inner functions use as well. */
export interface Cell {
  value: LuaValue
}

/** A call that is under way. */
export class Frame implements CallRecord {
  readonly chunk: string
  /** The line that runs; -1 once a function was called in its place (a tail call). */
  line: number
  readonly slots: LuaValue[] = []
  /** By slot: those locals that are captured. */
  readonly cells: Cell[] = []
  readonly upvalues: readonly Cell[]
  readonly varargs: LuaValue[]
  results: LuaValue[] = []

  constructor(chunk: string, line: number, upvalues: readonly Cell[], varargs: LuaValue[]) {
    this.chunk = chunk
    this.line = line
    this.upvalues = upvalues
    this.varargs = varargs
  }
}

/** The cell of a captured variable. */
export function cellOf(cells: readonly Cell[], index: number): Cell {
  const cell = cells[index]
  if (cell === undefined) throw new Error(`a captured variable has no cell: ${index}`)
  return cell
}
