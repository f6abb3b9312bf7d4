// What all Lua code of one interpreter shares: globals, the meta-table of strings, the stack of calls, and the operations
// that look at metatables.

import { liveMemory } from './live-memory.ts'
import { LuaError } from './lua-error.ts'
import { type LuaBounds, Meter } from './meter.ts'
import { numberText, parseNumber } from './number-text.ts'
import { LuaTable } from './table.ts'
import { LuaFunction, type LuaThread, LuaUserdata, type LuaValue, typeName } from './value.ts'

/** A call of Lua code that is under way; of the host's functions only that they are. `tailCalls` ended by calling it in their place. */
export interface CallRecord {
  readonly chunk: string
  line: number
  readonly tailCalls: number
}

/** What one thread of Lua has under way. */
export interface Stack {
  /** Calls, the innermost last; null for a function of the host. */
  readonly calls: (CallRecord | null)[]
  /** Values that nothing but an expression under way holds: operands, arguments, tables that are being made. */
  readonly temporaries: (LuaValue | LuaValue[])[]
}

/** How a machine's stack stands at a place. */
export interface StackMark extends Stack {
  readonly callCount: number
  readonly temporaryCount: number
  readonly depth: number
  readonly hidden: number
  readonly hostCalls: number
}

/**
 * Levels of nested syntax in calls that stand on the real stack: each costs a frame or two of it (Node has some 10,000), so
 * they are counted. Calls beyond the first bound go on without the real stack (deep-calls.ts); what cannot (metamethods,
 * callbacks of the host's functions) is refused beyond the second.
 */
const shallowMax = 1000
const depthMax = 3000
/** Calls that are under way in one thread: what Lua 5.1 allows. */
const callsMax = 19_996
/** Calls of Lua by the host that are under way: what Lua 5.1 allows. */
const hostCallsMax = 199
const metaChainMax = 100

/** The state of an interpreter. */
export class Machine {
  readonly meter: Meter
  readonly globals: LuaTable
  stringMeta: LuaTable | null = null
  calls: (CallRecord | null)[] = []
  temporaries: (LuaValue | LuaValue[])[] = []
  /** How the call of a function of the host names it; empty where the host calls it. */
  calledAs = ''
  depth = 0
  hostCalls = 0
  /** Calls by the host that hold values which cannot be seen: as long as there are any, memory is not looked through. */
  hidden = 0
  /** A function that is to be called in place of the one that just ended, with its arguments. */
  tailCallee: LuaValue = undefined
  tailArgs: LuaValue[] = []
  tailName = ''
  /** How many calls have ended by the call that begins now. */
  tailCalls = 0
  /** Stacks of the threads that wait for the one that runs. */
  readonly waiting: Stack[] = []
  /** The thread that runs; null for the main one. */
  thread: LuaThread | null = null
  /** What the host holds from one run to the next. */
  roots: () => Iterable<LuaValue> = () => []
  /** What `pcall` gives of an error's value. */
  caught: (value: LuaValue) => LuaValue[] = (value) => [value]
  #lastId = 0

  constructor(bounds: LuaBounds = {}) {
    this.meter = new Meter(bounds)
    this.globals = this.table()
  }

  newId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  table(): LuaTable {
    return new LuaTable(this.meter, this.newId())
  }

  /** A function of the host. `held` are the Lua values that it keeps. */
  native(name: string, run: (args: LuaValue[]) => LuaValue[], held: readonly LuaValue[] = []): LuaFunction {
    return new LuaFunction({ name, call: run, steps: null, held, upvalues: [], weight: 2, id: this.newId() })
  }

  /** A table with functions by name. */
  library(functions: Readonly<Record<string, (args: LuaValue[]) => LuaValue[]>>): LuaTable {
    const table = this.table()
    for (const [name, run] of Object.entries(functions)) table.put(name, this.native(name, run))
    return table
  }

  // ---- memory

  /** A round of a loop: a place at which memory may be looked through. */
  round(): void {
    this.meter.step()
    if (this.meter.isFull) this.collect()
  }

  /** Counts what is alive, unless values hide from it. Looking at them is work that counts. */
  collect(): void {
    if (this.hidden > 0) return
    const { bytes, visited } = liveMemory(this, this.roots())
    this.meter.alive(bytes)
    this.meter.step(visited >> 2)
  }

  // ---- calls

  /** Calls a value for Lua code that names it in a call. `describe` names it in the error where it is no function. */
  call(value: LuaValue, args: LuaValue[], describe: string = ''): LuaValue[] {
    this.meter.step()
    if (!(value instanceof LuaFunction)) return this.#callable(value, args, describe)
    if (value.steps === null) return this.callNative(value, args, describe)
    let results = value.call(args)
    while (this.tailCallee !== undefined) results = this.#tail()
    return results
  }

  /**
   * Calls a value for the host: a function of a library, a metamethod. Unless `isOpen` says that all values which the caller
   * goes on to use can be seen, memory is not looked through meanwhile.
   */
  callBack(value: LuaValue, args: LuaValue[], isOpen: boolean = false): LuaValue[] {
    this.hostCalls += 1
    if (this.hostCalls > hostCallsMax) throw this.fault('C stack overflow')
    if (!isOpen) this.hidden += 1
    this.enter(3)
    const results = this.call(value, args)
    this.depth -= 3
    if (!isOpen) this.hidden -= 1
    this.hostCalls -= 1
    return results
  }

  #callable(value: LuaValue, args: LuaValue[], describe: string): LuaValue[] {
    return this.call(this.callHandler(value, describe), [value, ...args])
  }

  /** What is called in place of a value that is no function. */
  callHandler(value: LuaValue, describe: string): LuaFunction {
    const handler = this.metamethod(value, '__call')
    if (handler instanceof LuaFunction) return handler
    throw this.fault(`attempt to call ${describe}${described(value, describe)}`)
  }

  #tail(): LuaValue[] {
    const called = this.tailCallee
    const args = this.tailArgs
    this.tailCallee = undefined
    this.tailArgs = []
    if (called instanceof LuaFunction && called.steps !== null) {
      this.meter.step()
      return called.call(args)
    }
    this.tailCalls = 0
    return this.call(called, args, this.tailName)
  }

  /** Calls a function of the host. `describe` names it as the call does. */
  callNative(value: LuaFunction, args: LuaValue[], describe: string): LuaValue[] {
    this.calledAs = describe
    this.pushCall(null)
    this.enter(2)
    const results = value.call(args)
    this.depth -= 2
    this.calls.pop()
    return results
  }

  pushCall(record: CallRecord | null): void {
    if (this.calls.length >= callsMax) throw this.fault('stack overflow')
    this.calls.push(record)
  }

  /** Whether a call of so many levels had better not stand on the real stack. */
  isDeep(levels: number): boolean {
    return this.depth + levels > shallowMax
  }

  /** So many levels are entered; whoever enters leaves again, except by an error. */
  enter(levels: number): void {
    this.depth += levels
    if (this.depth > depthMax) throw this.fault('C stack overflow')
  }

  /** How the stack stands, for `restore`. */
  mark(): StackMark {
    const { calls, depth, hidden, hostCalls, temporaries } = this
    return {
      calls,
      depth,
      hidden,
      hostCalls,
      temporaries,
      callCount: calls.length,
      temporaryCount: temporaries.length,
    }
  }

  /** After an error: notes in it where it came from, and the stack is as it stood. */
  restore(mark: StackMark, error: unknown): void {
    this.located(error)
    this.calls = mark.calls
    this.temporaries = mark.temporaries
    this.depth = mark.depth
    this.hidden = mark.hidden
    this.hostCalls = mark.hostCalls
    this.calls.length = mark.callCount
    this.temporaries.length = mark.temporaryCount
    this.tailCallee = undefined
    this.tailCalls = 0
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
    let left = level
    for (let at = this.calls.length - 1; at >= 0 && left >= 0; at -= 1) {
      const record = this.calls[at]
      if (left === 0) return record === undefined || record === null ? '' : `${record.chunk}:${record.line}: `
      left -= 1 + (record?.tailCalls ?? 0)
    }
    return ''
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
      if (handler instanceof LuaFunction) return this.callBack(handler, [at, key])[0]
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
        this.callBack(handler, [at, key, value])
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
      const [text] = this.callBack(handler, [value])
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
      if (value instanceof LuaUserdata) return value.text
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
