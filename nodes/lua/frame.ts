// One call of a Lua function: where its locals live.

import type { CallRecord } from './machine.ts'
import type { LuaValue } from './value.ts'

/** A local variable that inner functions use as well. */
export interface Cell {
  value: LuaValue
}

/** Where the code of a call stands. */
export interface FrameCode {
  readonly chunk: string
  readonly line: number
  /** Bytes that a call of it is counted for. */
  readonly bytes: number
}

/** A call that is under way. */
export class Frame implements CallRecord {
  readonly chunk: string
  line: number
  readonly slots: LuaValue[] = []
  /** By slot: those locals that are captured. */
  readonly cells: Cell[] = []
  readonly upvalues: readonly Cell[]
  readonly varargs: LuaValue[]
  readonly tailCalls: number
  readonly bytes: number
  results: LuaValue[] = []

  constructor(code: FrameCode, upvalues: readonly Cell[], varargs: LuaValue[], tailCalls: number) {
    this.chunk = code.chunk
    this.line = code.line
    this.tailCalls = tailCalls
    this.bytes = code.bytes
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
