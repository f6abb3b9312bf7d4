// Lua's values: nil is undefined, numbers are doubles, strings are bytes (each character of a JavaScript string one byte).

import type { Cell } from './frame.ts'
import type { Stack } from './machine.ts'
import type { Steps } from './steps.ts'
import type { LuaTable } from './table.ts'

/** A value. */
export type LuaValue =
  undefined | boolean | number | string | LuaTable | LuaFunction | LuaThread | LuaUserdata

/** What a function is made of. */
interface FunctionParts {
  readonly name: string
  readonly call: (args: LuaValue[]) => LuaValue[]
  readonly steps: ((args: LuaValue[]) => Steps<LuaValue[]>) | null
  readonly upvalues: readonly Cell[]
  readonly held: readonly LuaValue[]
  readonly weight: number
  readonly id: number
}

/** A function of Lua or of the host. */
export class LuaFunction {
  readonly name: string
  /** Takes arguments, gives results. The array of arguments belongs to it. */
  readonly call: (args: LuaValue[]) => LuaValue[]
  /** The same so that it can stop at any call: only Lua's own functions can. */
  readonly steps: ((args: LuaValue[]) => Steps<LuaValue[]>) | null
  readonly upvalues: readonly Cell[]
  /** What a function of the host keeps. */
  readonly held: readonly LuaValue[]
  /** Levels of the real stack that it takes while it runs. */
  readonly weight: number
  /** A number of its own, shown in place of an address. */
  readonly id: number

  constructor({ call, held, id, name, steps, upvalues, weight }: FunctionParts) {
    this.weight = weight
    this.name = name
    this.call = call
    this.steps = steps
    this.upvalues = upvalues
    this.held = held
    this.id = id
  }

  get isNative(): boolean {
    return this.steps === null
  }
}

/** How a coroutine stands. */
export type ThreadStatus = 'suspended' | 'running' | 'normal' | 'dead'

/** A coroutine. */
export class LuaThread {
  readonly id: number
  readonly stack: Stack = { calls: [], temporaries: [] }
  status: ThreadStatus = 'suspended'
  /** Goes on with what `resume` was given, up to the next yield or the end. */
  resume: (values: LuaValue[]) => LuaValue[]

  constructor(id: number, body: LuaFunction, resume: (values: LuaValue[]) => LuaValue[]) {
    this.id = id
    this.resume = resume
    // Until it begins, nothing else need hold the function.
    this.stack.temporaries.push(body)
  }

  /** It has returned or failed: what it held is let go. */
  end(): void {
    this.status = 'dead'
    this.stack.calls.length = 0
    this.stack.temporaries.length = 0
    this.resume = () => []
  }
}

/** A value that nothing but `==` can be done with. */
export class LuaUserdata {
  readonly text: string

  constructor(text: string) {
    this.text = text
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
      if (value instanceof LuaFunction) return 'function'
      if (value instanceof LuaThread) return 'thread'
      return value instanceof LuaUserdata ? 'userdata' : 'table'
  }
}
