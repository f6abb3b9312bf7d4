// Libraries of functions: loading, looking up, and the payload of FUNCTION DUMP.

import { errorText, ScriptEnvironment, unknownName } from './environment.ts'
import { constants, log, raise } from './redis-library.ts'
import { knownFlags, libraryHead, withoutShebang } from './shebang.ts'
import { CommandError } from '../command-error.ts'
import type { Keyspace } from '../keyspace.ts'
import type { ByteString } from '../value.ts'
import { Arguments, LuaFunction, LuaSyntaxError, LuaTable, type LuaValue } from '../../lua/index.ts'

/** A function that FCALL runs. */
export interface LibraryFunction {
  readonly name: ByteString
  readonly callback: LuaFunction
  readonly flags: ReadonlySet<string>
  readonly description: ByteString | null
}

/** A library. */
export interface FunctionLibrary {
  readonly name: ByteString
  readonly code: ByteString
  readonly functions: ReadonlyMap<ByteString, LibraryFunction>
  /** What registers them. */
  readonly chunk: LuaFunction
}

/** Bytes that all libraries of a server may keep in local variables from one call to the next. */
const keptMax = 64 * 1024 * 1024
/** After so many bytes were made they are looked through, so that between two looks no more than that is added. */
const madeMax = 8 * 1024 * 1024

/** All libraries of a server. */
export class FunctionLibraries {
  readonly #keyspace: Keyspace
  #environment: ScriptEnvironment | null = null
  #libraries = new Map<ByteString, FunctionLibrary>()
  /** Bytes that were made since libraries were last looked through, and what they kept then. */
  #made = 0
  #kept = 0
  /** Whether what a library keeps in local variables lasts for one call only. */
  isForgetful = false

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace
  }

  get all(): readonly FunctionLibrary[] {
    return [...this.#libraries.values()]
  }

  get functionCount(): number {
    return this.all.reduce((sum, { functions }) => sum + functions.size, 0)
  }

  /** The code of each, in the order in which a snapshot has them. */
  get codes(): readonly ByteString[] {
    return this.all.map(({ code }) => code)
  }

  /** Where they run; null as long as it is not needed. */
  get environmentMade(): ScriptEnvironment | null {
    return this.#environment
  }

  /** Where they run; made when it is first needed. */
  get environment(): ScriptEnvironment {
    this.#environment ??= new ScriptEnvironment(this.#keyspace)
    return this.#environment
  }

  /** A function to be called: where libraries are forgetful, of a library that has just been run anew. Throws a CommandError. */
  called(name: ByteString): LibraryFunction | undefined {
    if (!this.isForgetful) return this.find(name)
    for (const { chunk, functions } of this.#libraries.values())
      if (functions.has(name)) return this.#register(chunk).get(name)
    return undefined
  }

  find(name: ByteString): LibraryFunction | undefined {
    for (const { functions } of this.#libraries.values()) {
      const found = functions.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  /**
   * A call has ended: where libraries keep more than 64 MiB from one call to the next, all of them are run anew, which forgets
   * it, and a CommandError says so in place of the call's reply. What the call has written stays. They are looked through after
   * 8 MiB were made, or half of what they keep, so that calls that keep nothing cost nothing. (Redis lets them grow until the
   * process ends.)
   */
  endCall(): void {
    if (this.isForgetful || this.#environment === null) return
    const { lua } = this.#environment
    this.#made += lua.taken
    if (this.#made <= Math.max(madeMax, this.#kept / 2)) return
    this.#made = 0
    this.#kept = lua.kept(this.#roots())
    if (this.#kept <= keptMax) return
    this.#forget()
    throw new CommandError(
      `ERR Function libraries kept ${this.#kept} bytes between calls, and may keep ${keptMax}: they were run anew, which forgot them`,
    )
  }

  *#roots(): Iterable<LuaFunction> {
    for (const { chunk, functions } of this.#libraries.values()) {
      yield chunk
      for (const { callback } of functions.values()) yield callback
    }
  }

  #forget(): void {
    for (const [name, library] of this.#libraries)
      this.#libraries.set(name, { ...library, functions: this.#register(library.chunk) })
  }

  delete(name: ByteString): void {
    if (!this.#libraries.delete(name)) throw new CommandError('ERR Library not found')
  }

  clear(): void {
    this.#libraries.clear()
    this.#environment = null
  }

  /** Loads a library; returns its name. Throws a CommandError, and then nothing has changed. */
  load(code: ByteString, isReplacing: boolean): ByteString {
    const { name } = libraryHead(code)
    const before = this.#libraries.get(name)
    if (before !== undefined && !isReplacing) throw new CommandError(`ERR Library '${name}' already exists`)
    const chunk = this.#compiled(code)
    const functions = this.#register(chunk)
    if (functions.size === 0) throw new CommandError('ERR No functions registered')
    for (const each of functions.keys()) {
      const other = this.find(each)
      if (other !== undefined && before?.functions.get(each) !== other)
        throw new CommandError(`ERR Function ${each} already exists`)
    }
    this.#libraries.set(name, { name, code, functions, chunk })
    return name
  }

  /** Loads several, all or none. */
  restore(codes: readonly ByteString[], policy: 'append' | 'replace' | 'flush'): void {
    const kept = this.#libraries
    this.#libraries = policy === 'flush' ? new Map() : new Map(kept)
    try {
      for (const code of codes) this.load(code, policy === 'replace')
    } catch (error) {
      this.#libraries = kept
      throw error
    }
  }

  #compiled(code: ByteString): LuaFunction {
    try {
      return this.environment.lua.compile(withoutShebang(code), 'user_function')
    } catch (error) {
      if (error instanceof LuaSyntaxError)
        throw new CommandError(`ERR Error compiling function: ${error.message}`)
      throw error
    }
  }

  #register(chunk: LuaFunction): ReadonlyMap<ByteString, LibraryFunction> {
    const { environment } = this
    const { lua } = environment
    const functions = new Map<ByteString, LibraryFunction>()
    const registering = this.#registeringLibrary(functions)
    lua.globals.put('redis', registering)
    const outcome = lua.run(chunk)
    this.#made += lua.taken
    lua.globals.put('redis', environment.redis)
    if (outcome.kind === 'returned') return functions
    const why = outcome.kind === 'failed' ? errorText(outcome.value, lua) : `ERR too much ${outcome.bound}`
    throw new CommandError(`ERR Error registering functions: ${why}`)
  }

  /** `redis` while a library is loaded: no commands, but `register_function`. */
  #registeringLibrary(functions: Map<ByteString, LibraryFunction>): LuaTable {
    const { lua } = this.environment
    const table = constants(lua)
    table.set(
      'register_function',
      lua.machine.native('register_function', (values) => {
        const made = registered(this.environment, values)
        if (functions.has(made.name)) throw raise(lua, 'Function already exists in the library')
        functions.set(made.name, made)
        return []
      }),
    )
    table.set(
      'log',
      lua.machine.native('log', (values) => log(lua, new Arguments(lua.machine, values))),
    )
    const metatable = lua.machine.table()
    metatable.set('__index', unknownName(lua))
    table.metatable = metatable
    table.isReadonly = true
    return table
  }
}

function registered({ lua }: ScriptEnvironment, values: readonly LuaValue[]): LibraryFunction {
  const [first, second] = values
  if (values.length < 1 || values.length > 2)
    throw raise(lua, 'wrong number of arguments to redis.register_function')
  if (values.length === 1) {
    if (!(first instanceof LuaTable))
      throw raise(
        lua,
        'calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).',
      )
    return named(lua, first)
  }
  if (typeof first !== 'string')
    throw raise(lua, 'first argument to redis.register_function must be a string')
  if (!(second instanceof LuaFunction))
    throw raise(lua, 'second argument to redis.register_function must be a function')
  return checked(lua, { name: first, callback: second, flags: new Set(), description: null })
}

function named(lua: ScriptEnvironment['lua'], table: LuaTable): LibraryFunction {
  const [name, callback] = [table.get('function_name'), table.get('callback')]
  const [description, flags] = [table.get('description'), table.get('flags')]
  for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0]))
    if (!['function_name', 'callback', 'description', 'flags'].includes(lua.machine.text(pair[0])))
      throw raise(lua, 'unknown argument given to redis.register_function')
  if (name !== undefined && typeof name !== 'string')
    throw raise(lua, 'function_name argument given to redis.register_function must be a string')
  if (callback !== undefined && !(callback instanceof LuaFunction))
    throw raise(lua, 'callback argument given to redis.register_function must be a function')
  if (name === undefined) throw raise(lua, 'redis.register_function must get a function name argument')
  if (callback === undefined) throw raise(lua, 'redis.register_function must get a callback argument')
  if (flags !== undefined && !(flags instanceof LuaTable))
    throw raise(lua, 'flags argument to redis.register_function must be a table representing function flags')
  return checked(lua, {
    name,
    callback,
    flags: flagsOf(lua, flags),
    description: typeof description === 'string' ? description : null,
  })
}

function flagsOf(lua: ScriptEnvironment['lua'], table: LuaTable | undefined): ReadonlySet<string> {
  const flags = new Set<string>()
  const count = table?.length ?? 0
  for (let at = 1; at <= count; at += 1) {
    const flag = table?.get(at)
    if (typeof flag !== 'string' || !knownFlags.has(flag)) throw raise(lua, 'unknown flag given')
    flags.add(flag)
  }
  return flags
}

function checked(lua: ScriptEnvironment['lua'], made: LibraryFunction): LibraryFunction {
  if (!/^[A-Za-z0-9_]+$/.test(made.name))
    throw raise(
      lua,
      'Function names can only contain letters, numbers, or underscores(_) and must be at least one character long',
    )
  return made
}
