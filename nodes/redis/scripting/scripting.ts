// A server's scripts by their SHA1, and its libraries of functions.

import { ScriptEnvironment } from './environment.ts'
import { FunctionLibraries } from './function-libraries.ts'
import { sha1 } from './redis-library.ts'
import { scriptFlags, withoutShebang } from './shebang.ts'
import { CommandError } from '../command-error.ts'
import type { Keyspace } from '../keyspace.ts'
import type { ByteString } from '../value.ts'
import { type LuaFunction, LuaSyntaxError } from '../../lua/index.ts'

/** Scripts that are kept. Redis keeps all; beyond so many the oldest go here, and clients load them again. */
const scriptsMax = 10_000

/** A script that was compiled. */
export interface Script {
  readonly sha: string
  readonly body: ByteString
  readonly called: LuaFunction
  /** Null where it says nothing of itself. */
  readonly flags: ReadonlySet<string> | null
}

/** Everything that is written in Lua. */
export class Scripting {
  readonly libraries: FunctionLibraries
  readonly #keyspace: Keyspace
  #environment: ScriptEnvironment | null = null
  readonly #scripts = new Map<string, Script>()

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace
    this.libraries = new FunctionLibraries(keyspace)
  }

  /** Where scripts run; made when it is first needed. */
  get environment(): ScriptEnvironment {
    this.#environment ??= new ScriptEnvironment(this.#keyspace)
    return this.#environment
  }

  get isRunning(): boolean {
    return (this.#environment?.run ?? this.libraries.environmentMade?.run ?? null) !== null
  }

  /** How many scripts are known. */
  get count(): number {
    return this.#scripts.size
  }

  /** The bytes of the scripts that are known. */
  get bytes(): number {
    let sum = 0
    for (const { body } of this.#scripts.values()) sum += body.length
    return sum
  }

  find(sha: ByteString): Script | undefined {
    return this.#scripts.get(sha.toLowerCase())
  }

  /** Compiles a script unless it is known. Throws a CommandError. */
  load(body: ByteString): Script {
    const sha = sha1(body)
    const known = this.#scripts.get(sha)
    if (known !== undefined) return known
    const flags = scriptFlags(body)
    const script = { sha, body, called: this.#compiled(withoutShebang(body)), flags }
    this.#scripts.set(sha, script)
    if (this.#scripts.size > scriptsMax)
      for (const oldest of this.#scripts.keys()) {
        this.#scripts.delete(oldest)
        break
      }
    return script
  }

  #compiled(body: ByteString): LuaFunction {
    try {
      return this.environment.lua.compile(body, 'user_script')
    } catch (error) {
      if (error instanceof LuaSyntaxError)
        throw new CommandError(`ERR Error compiling script (new function): ${error.message}`)
      throw error
    }
  }

  /** Forgets all scripts. */
  flush(): void {
    this.#scripts.clear()
    this.#environment = null
  }
}
