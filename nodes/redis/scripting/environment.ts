// An interpreter as Redis gives it to scripts: everything that is global is read only, and names that mean nothing are errors.

import { redisLibrary, type ScriptHost, type ScriptRun } from './redis-library.ts'
import { LuaReply } from './lua-reply.ts'
import { CommandError } from '../command-error.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Keyspace } from '../keyspace.ts'
import type { ByteString } from '../value.ts'
import { Lua, type LuaFunction, LuaTable, type LuaValue } from '../../lua/index.ts'

const seedMax = 0x7fff_ffff

/** What is run, and as whom. */
export interface ScriptCall {
  readonly context: CommandContext
  readonly called: LuaFunction
  readonly args: LuaValue[]
  /** Names the script or function in errors. */
  readonly name: string
  readonly isReadonly: boolean
}

/** Runs scripts in one interpreter. */
export class ScriptEnvironment implements ScriptHost {
  readonly lua: Lua = new Lua()
  readonly redis: LuaTable
  run: ScriptRun | null = null

  constructor(keyspace: Keyspace) {
    const { lua } = this
    // A script that sets no seed draws one from the server, which all replicas of a replicated log draw alike.
    lua.random.draw = () => keyspace.draw(seedMax)
    this.redis = redisLibrary(this)
    lua.globals.set('redis', this.redis)
    lua.machine.caught = caughtText
    const metatable = lua.machine.table()
    metatable.set('__index', unknownName(lua))
    lua.globals.metatable = metatable
    lua.protect()
  }

  /** A list as a table. */
  list(items: readonly ByteString[]): LuaTable {
    const table = this.lua.machine.table()
    for (const [at, item] of items.entries()) table.set(at + 1, item)
    return table
  }

  /**
   * Runs a script and replies. What it did is told by the commands that it ran, together; so it is where the script raises an
   * error or its bounds end it, and what it had written until then stays. (Redis has no such bounds: after a time it tells
   * others that it is busy, and refuses to kill a script that has written, with UNKILLABLE.)
   */
  perform(script: ScriptCall): void {
    const { context } = script
    const { client } = context
    if (this.run !== null) throw new CommandError('ERR scripts do not run scripts')
    const outer = { db: client.db, isAtomic: context.isAtomic }
    const run: ScriptRun = { context, isReadonly: script.isReadonly, protocol: 2 }
    context.effects = []
    context.isAtomic = true
    this.run = run
    try {
      this.#reply(script, run)
    } finally {
      this.run = null
      client.db = outer.db
      context.isAtomic = outer.isAtomic
      // EVAL itself is not told, whatever commands have left here.
      context.effects = []
    }
  }

  #reply({ args, called, context, name }: ScriptCall, run: ScriptRun): void {
    const outcome = this.lua.run(called, args)
    switch (outcome.kind) {
      case 'returned': {
        const { machine } = this.lua
        machine.meter.begin()
        try {
          new LuaReply(this.lua, context.reply, run.protocol).write(outcome.values[0])
        } catch (error) {
          if (error instanceof Error && error.name === 'LuaBoundError')
            throw new CommandError('ERR reached lua stack limit')
          throw error
        }
        return
      }
      case 'failed': {
        const place =
          outcome.source === null ? '' : ` script: ${name}, on @${outcome.source}:${outcome.line}.`
        throw new CommandError(`${errorText(outcome.value, this.lua)}${place}`)
      }
      case 'exceeded':
        throw new CommandError(
          `ERR Error running script ${name}: it exceeded its bound of ${outcome.bound} and was ended`,
        )
    }
  }
}

/** The text of an error that a script raised. */
export function errorText(value: LuaValue, lua: Lua): string {
  if (!(value instanceof LuaTable)) return `ERR ${lua.machine.text(value)}`
  const text = value.get('err')
  return typeof text === 'string' ? text : 'ERR unknown error'
}

/** What stands for a name that means nothing. */
export function unknownName(lua: Lua): LuaFunction {
  return lua.machine.native('__index', ([, name]) => {
    throw lua.machine.error(
      `Script attempted to access nonexistent global variable '${lua.machine.text(name)}'`,
    )
  })
}

/** Redis's `pcall` gives of an error that is a table with `err` only that text. */
function caughtText(value: LuaValue): LuaValue[] {
  if (!(value instanceof LuaTable)) return [value]
  const text = value.get('err')
  return typeof text === 'string' || typeof text === 'number' ? [text] : [value, undefined]
}
