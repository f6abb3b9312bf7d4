// What all Lua code of one interpreter shares: globals, the meta-table of strings, the stack of calls, and the operations
// that look at metatables.

import { LuaError } from './lua-error.ts'
import { type LuaBounds, Meter } from './meter.ts'
import { numberText, parseNumber } from './number-text.ts'
import { LuaTable } from './table.ts'
import { LuaFunction, type LuaValue, typeName } from './value.ts'

/** A call of Lua code that is under way; of the host's functions only that they are. */
export interface CallRecord {
  readonly chunk: string
  line: number
}

/**
 * Levels of nested syntax in all calls that are under way. Each costs a frame or two of the real stack (Node has some 10,000);
 * counting them lets a script end at the same place on every machine.
 */
const depthMax = 3000
const metaChainMax = 100

/** The state of an interpreter. */
export class Machine {
  readonly meter: Meter
  readonly globals: LuaTable
  stringMeta: LuaTable | null = null
  /** Calls that are under way, the innermost last; null for a function of the host. */
  readonly calls: (CallRecord | null)[] = []
  depth = 0
  #lastId = 0

  constructor(bounds: LuaBounds = {}) {
    this.meter = new Meter(bounds)
    this.globals = this.table()
  }

  table(): LuaTable {
    this.#lastId += 1
    return new LuaTable(this.meter, this.#lastId)
  }

  /** A function of the host. */
  native(name: string, run: (args: LuaValue[]) => LuaValue[]): LuaFunction {
    this.#lastId += 1
    return new LuaFunction(name, run, true, this.#lastId)
  }

  /** A function of Lua. */
  closure(name: string, run: (args: LuaValue[]) => LuaValue[]): LuaFunction {
    this.#lastId += 1
    return new LuaFunction(name, run, false, this.#lastId)
  }

  /** A table with functions by name. */
  library(functions: Readonly<Record<string, (args: LuaValue[]) => LuaValue[]>>): LuaTable {
    const table = this.table()
    for (const [name, run] of Object.entries(functions)) table.put(name, this.native(name, run))
    return table
  }

  // ---- calls

  /** Calls a value. `describe` names it in the error where it is no function. */
  call(value: LuaValue, args: LuaValue[], describe: string = ''): LuaValue[] {
    this.meter.step()
    if (value instanceof LuaFunction) return value.isNative ? this.#native(value, args) : value.call(args)
    const handler = this.metamethod(value, '__call')
    if (!(handler instanceof LuaFunction))
      throw this.fault(`attempt to call ${describe}${described(value, describe)}`)
    return this.call(handler, [value, ...args])
  }

  #native(value: LuaFunction, args: LuaValue[]): LuaValue[] {
    this.calls.push(null)
    this.enter(2)
    const results = value.call(args)
    this.depth -= 2
    this.calls.pop()
    return results
  }

  /** So many levels are entered; whoever enters leaves again, except by an error. */
  enter(levels: number): void {
    this.depth += levels
    if (this.depth > depthMax) throw this.fault('stack overflow')
  }

  /** Runs something; whatever it throws, the stack is as before. */
  guarded<T>(run: () => T): T {
    const { depth } = this
    const { length } = this.calls
    try {
      return run()
    } catch (error) {
      this.located(error)
      throw error
    } finally {
      this.depth = depth
      this.calls.length = length
    }
  }

  /** Notes in an error where it came from, as long as the stack still shows it. */
  located(error: unknown): void {
    if (!(error instanceof LuaError) || error.source !== null) return
    const last = this.calls.at(-1) ?? this.calls.at(-2)
    if (last === undefined || last === null) return
    error.source = last.chunk
    error.line = last.line
  }

  /** `chunk:line: ` of the call at a level: 0 is the one that runs now, 1 who called it. */
  where(level: number): string {
    const record = this.calls[this.calls.length - 1 - level]
    return record === undefined || record === null || record.line < 0
      ? ''
      : `${record.chunk}:${record.line}: `
  }

  /** An error of the code that runs now; in a function of the host, of the code that called it. */
  error(message: string): LuaError {
    return new LuaError(this.where(this.calls.at(-1) === null ? 1 : 0) + message)
  }

  /** An error of an operation: has a place only where Lua code itself did it. */
  fault(message: string): LuaError {
    return new LuaError(this.where(0) + message)
  }

  // ---- metatables

  metatableOf(value: LuaValue): LuaTable | null {
    if (value instanceof LuaTable) return value.metatable
    return typeof value === 'string' ? this.stringMeta : null
  }

  metamethod(value: LuaValue, event: string): LuaValue {
    return this.metatableOf(value)?.get(event)
  }

  index(object: LuaValue, key: LuaValue, describe: string = ''): LuaValue {
    let at = object
    for (let links = 0; links < metaChainMax; links += 1) {
      let handler: LuaValue
      if (at instanceof LuaTable) {
        const value = at.get(key)
        if (value !== undefined || at.metatable === null) return value
        handler = at.metatable.get('__index')
        if (handler === undefined) return undefined
      } else {
        handler = this.metamethod(at, '__index')
        if (handler === undefined) throw this.fault(`attempt to index ${describe}${described(at, describe)}`)
      }
      if (handler instanceof LuaFunction) return this.call(handler, [at, key])[0]
      at = handler
    }
    throw this.fault('loop in gettable')
  }

  setIndex(object: LuaValue, key: LuaValue, value: LuaValue, describe: string = ''): void {
    let at = object
    for (let links = 0; links < metaChainMax; links += 1) {
      let handler: LuaValue
      if (at instanceof LuaTable) {
        handler = at.metatable === null ? undefined : at.metatable.get('__newindex')
        if (handler === undefined || at.get(key) !== undefined) {
          this.#rawSet(at, key, value)
          return
        }
      } else {
        handler = this.metamethod(at, '__newindex')
        if (handler === undefined) throw this.fault(`attempt to index ${describe}${described(at, describe)}`)
      }
      if (handler instanceof LuaFunction) {
        this.call(handler, [at, key, value])
        return
      }
      at = handler
    }
    throw this.fault('loop in settable')
  }

  #rawSet(table: LuaTable, key: LuaValue, value: LuaValue): void {
    try {
      table.set(key, value)
    } catch (error) {
      throw error instanceof LuaError ? this.fault(error.message) : error
    }
  }

  /** What `tostring` gives. */
  text(value: LuaValue): string {
    const handler = this.metamethod(value, '__tostring')
    if (handler !== undefined && typeof value !== 'string') {
      const [text] = this.call(handler, [value])
      if (typeof text !== 'string') throw this.error("'tostring' must return a string to 'print'")
      return text
    }
    return plainText(value)
  }
}

/** A value as text, without metamethods. */
export function plainText(value: LuaValue): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberText(value)
    case 'undefined':
      return 'nil'
    case 'boolean':
      return String(value)
    default:
      return `${typeName(value)}: 0x${value.id.toString(16).padStart(8, '0')}`
  }
}

/** The number that a value is, or that its text says. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseNumber(value) : undefined
}

/** A value in an error: after a name in parentheses. */
export function described(value: LuaValue, name: string): string {
  return name === '' ? `a ${typeName(value)} value` : ` (a ${typeName(value)} value)`
}
