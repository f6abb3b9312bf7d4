// The three ways in which Lua code ends before its end: it raised an error, its source is none, or it used up its bounds.

import type { LuaValue } from './value.ts'

/** An error that Lua code raised; `pcall` catches it. `source` and `line` are of the Lua code that was running. */
export class LuaError extends Error {
  readonly value: LuaValue
  source: string | null = null
  line = 0

  constructor(value: LuaValue) {
    // Scripts raise errors by the hundred thousand; the host's stack says nothing of them and is dear to take.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(typeof value === 'string' ? value : 'a Lua error')
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'LuaError'
    this.value = value
  }
}

/** Source that is no Lua 5.1; the message is Lua's, with chunk name and line. */
export class LuaSyntaxError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LuaSyntaxError'
  }
}

/** A run took more steps or memory than it may. Nothing catches it but whoever began the run. */
export class LuaBoundError extends Error {
  readonly bound: 'steps' | 'memory'

  constructor(bound: 'steps' | 'memory') {
    super(bound === 'steps' ? 'the script takes too many steps' : 'not enough memory')
    this.name = 'LuaBoundError'
    this.bound = bound
  }
}
