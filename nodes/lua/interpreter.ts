// An interpreter: its globals with all libraries, and how code is compiled and run within bounds.

import { compileChunk } from './compile.ts'
import { liveMemory } from './live-memory.ts'
import { LuaBoundError, LuaError, LuaSyntaxError } from './lua-error.ts'
import { installBase } from './library/base.ts'
import { installBit } from './library/bit.ts'
import { installCoroutine } from './library/coroutine.ts'
import { installJson } from './library/json.ts'
import { installMath, LuaRandom } from './library/math.ts'
import { installMessagePack } from './library/message-pack.ts'
import { installString } from './library/string.ts'
import { installStruct } from './library/struct.ts'
import { installTable } from './library/table.ts'
import { Machine } from './machine.ts'
import type { LuaBounds } from './meter.ts'
import { parseChunk } from './parser.ts'
import type { LuaTable } from './table.ts'
import type { LuaFunction, LuaValue } from './value.ts'

/** What became of a run. */
export type LuaOutcome =
  | { readonly kind: 'returned'; readonly values: readonly LuaValue[] }
  /** An error that nothing caught; `source` and `line` where Lua code raised it. */
  | {
      readonly kind: 'failed'
      readonly value: LuaValue
      readonly source: string | null
      readonly line: number
    }
  | { readonly kind: 'exceeded'; readonly bound: 'steps' | 'memory' | 'stack' }

/** The longest source, in bytes. */
const sourceMax = 16 * 1024 * 1024

/** Lua 5.1 without files and the debug library, plus `bit`, `cjson`, `cmsgpack` and `struct`. */
export class Lua {
  readonly machine: Machine
  readonly random: LuaRandom = new LuaRandom()
  /** Bytes that the last run made, at most. */
  taken = 0

  constructor(bounds: LuaBounds = {}) {
    this.machine = new Machine(bounds)
    installBase(this.machine)
    installString(this.machine)
    installTable(this.machine)
    installMath(this.machine, this.random)
    installCoroutine(this.machine)
    installBit(this.machine)
    installJson(this.machine)
    installMessagePack(this.machine)
    installStruct(this.machine)
  }

  get globals(): LuaTable {
    return this.machine.globals
  }

  /** A chunk as a function. `chunk` stands in errors. Throws a LuaSyntaxError. */
  compile(source: string, chunk: string): LuaFunction {
    if (source.length > sourceMax) throw new LuaSyntaxError(`${chunk}:1: chunk is too long`)
    try {
      return compileChunk(this.machine, parseChunk(source, chunk), chunk)
    } catch (error) {
      if (error instanceof RangeError)
        throw new LuaSyntaxError(`${chunk}:1: chunk has too many syntax levels`)
      throw error
    }
  }

  /** Runs a function within the interpreter's bounds. What the host's own functions throw, other than Lua's errors, is thrown. */
  run(called: LuaFunction, args: LuaValue[] = []): LuaOutcome {
    const { machine } = this
    machine.meter.begin()
    this.random.begin()
    const mark = machine.mark()
    try {
      return { kind: 'returned', values: machine.call(called, args) }
    } catch (error) {
      machine.restore(mark, error)
      if (error instanceof LuaError)
        return { kind: 'failed', value: error.value, source: error.source, line: error.line }
      if (error instanceof LuaBoundError) return { kind: 'exceeded', bound: error.bound }
      // The last resort, should the levels that are counted take more of the stack than there is.
      if (error instanceof RangeError) return { kind: 'exceeded', bound: 'stack' }
      throw error
    } finally {
      this.taken = machine.meter.memory
    }
  }

  /**
   * Bytes that are alive between runs: what can be reached from the globals, and from `roots`. A string counts each time it is
   * referred to. Takes time in proportion to them.
   */
  kept(roots: Iterable<LuaValue>): number {
    return liveMemory(this.machine, roots).bytes
  }

  /** Makes all tables that can be reached from the globals read only. */
  protect(): void {
    const seen = new Set<LuaTable>()
    const visit = (table: LuaTable): void => {
      if (seen.has(table)) return
      seen.add(table)
      table.isReadonly = true
      if (table.metatable !== null) visit(table.metatable)
      for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0]))
        if (typeof pair[1] === 'object' && 'isReadonly' in pair[1]) visit(pair[1])
    }
    visit(this.globals)
    if (this.machine.stringMeta !== null) visit(this.machine.stringMeta)
  }
}
