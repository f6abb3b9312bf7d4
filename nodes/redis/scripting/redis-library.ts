// `redis` as scripts see it: commands, replies, the log.

import { createHash } from 'node:crypto'

import { commandOf } from './command-of.ts'
import { fieldTable, luaValueOf } from './lua-reply.ts'
import type { CommandContext } from '../commands/context.ts'
import { call, whyNotScripted } from '../execute.ts'
import { doubleText } from '../structures/number-text.ts'
import { ReplyDecoder } from '../resp/reply-decoder.ts'
import type { Protocol } from '../resp/reply-writer.ts'
import { redisVersion } from '../version.ts'
import type { ByteString } from '../value.ts'
import { Arguments, type Lua, LuaError, LuaTable, type LuaValue } from '../../lua/index.ts'

/** The run that is under way: whose it is, what it may do, what it has set. */
export interface ScriptRun {
  readonly context: CommandContext
  readonly isReadonly: boolean
  protocol: Protocol
}

/** Where functions of `redis` find the run. */
export interface ScriptHost {
  readonly lua: Lua
  run: ScriptRun | null
}

/** The SHA1 of bytes, in hexadecimal. */
export function sha1(bytes: ByteString): string {
  return createHash('sha1').update(bytes, 'latin1').digest('hex')
}

/** Makes `redis` with everything that a running script may use. */
export function redisLibrary(host: ScriptHost): LuaTable {
  const { lua } = host
  const table = constants(lua)
  const put = (name: string, run: (args: Arguments) => LuaValue[]): void => {
    table.set(
      name,
      lua.machine.native(name, (values) => run(new Arguments(lua.machine, values))),
    )
  }
  put('call', (args) => commandCall(host, args, true))
  put('pcall', (args) => commandCall(host, args, false))
  put('error_reply', (args) => statusTable(host, args, 'err'))
  put('status_reply', (args) => statusTable(host, args, 'ok'))
  put('sha1hex', (args) => {
    if (args.count !== 1) throw raise(lua, 'wrong number of arguments')
    return [sha1(args.string(1))]
  })
  put('setresp', (args) => {
    const version = args.count === 1 ? args.integer(1) : 0
    if (args.count !== 1) throw raise(lua, 'redis.setresp() requires one argument.')
    if (version !== 2 && version !== 3) throw raise(lua, 'RESP version must be 2 or 3.')
    if (host.run !== null) host.run.protocol = version
    return []
  })
  put('log', (args) => log(lua, args))
  put('breakpoint', () => [false])
  put('debug', () => [])
  put('replicate_commands', () => [true])
  put('set_repl', (args) => {
    if (args.count !== 1) throw raise(lua, 'redis.set_repl() requires two arguments.')
    if ((args.integer(1) & ~3) !== 0)
      throw raise(lua, 'Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.')
    return []
  })
  put('acl_check_cmd', (args) => aclCheck(host, args))
  return table
}

/** Levels of the log, kinds of replication, the version: what is there also while a library is loaded. */
export function constants(lua: Lua): LuaTable {
  const table = lua.machine.table()
  for (const [level, name] of ['DEBUG', 'VERBOSE', 'NOTICE', 'WARNING'].entries())
    table.set(`LOG_${name}`, level)
  table.set('REPL_NONE', 0)
  table.set('REPL_AOF', 1)
  table.set('REPL_SLAVE', 2)
  table.set('REPL_REPLICA', 2)
  table.set('REPL_ALL', 3)
  table.set('REDIS_VERSION', redisVersion)
  const [major = 0, minor = 0, patch = 0] = redisVersion.split('.').map(Number)
  table.set('REDIS_VERSION_NUM', (major << 16) | (minor << 8) | patch)
  return table
}

/** Nobody reads a log of scripts here: arguments are checked, the text is dropped. */
export function log(lua: Lua, args: Arguments): LuaValue[] {
  if (args.count < 2) throw raise(lua, 'redis.log() requires two arguments or more.')
  if (typeof args.at(1) !== 'number') throw raise(lua, 'First argument must be a number (log level).')
  const level = args.integer(1)
  if (level < 0 || level > 3) throw raise(lua, 'Invalid debug level.')
  return []
}

/** An error of the library: a table, as scripts that catch it expect. */
export function raise(lua: Lua, text: string): LuaError {
  return new LuaError(fieldTable(lua, 'err', text.startsWith('ERR ') ? text : `ERR ${text}`))
}

function statusTable({ lua }: ScriptHost, args: Arguments, field: 'err' | 'ok'): LuaValue[] {
  const text = args.at(1)
  if (args.count !== 1 || typeof text !== 'string')
    return [fieldTable(lua, 'err', 'ERR wrong number or type of arguments')]
  if (field === 'ok') return [fieldTable(lua, field, text)]
  return [fieldTable(lua, field, errorText(text.replace(/^-/, '')))]
}

/** A text of one word gets the code that errors have. */
function errorText(text: string): string {
  return text.includes(' ') ? text : `ERR ${text}`
}

function argumentsOf(lua: Lua, args: Arguments): readonly ByteString[] | string {
  if (args.count === 0) return 'ERR Please specify at least one argument for this redis lib call'
  const words: ByteString[] = []
  for (const value of args.values) {
    if (typeof value === 'string') words.push(value)
    else if (typeof value === 'number') words.push(doubleText(value))
    else return 'ERR Lua redis lib command arguments must be strings or integers'
  }
  lua.machine.meter.step(words.length)
  return words
}

function commandCall(host: ScriptHost, args: Arguments, raises: boolean): LuaValue[] {
  const { lua, run } = host
  const words = argumentsOf(lua, args)
  const result = typeof words === 'string' || run === null ? String(words) : performed(lua, run, words)
  const [value, isError] = typeof result === 'string' ? [fieldTable(lua, 'err', result), true] : result
  if (isError && typeof words !== 'string' && value instanceof LuaTable)
    value.set('ignore_error_stats_update', true)
  if (isError && raises) throw new LuaError(value)
  return [value]
}

/** Runs a command; its reply and whether that is an error, or why it may not run. */
function performed(
  lua: Lua,
  run: ScriptRun,
  words: readonly ByteString[],
): readonly [value: LuaValue, isError: boolean] | string {
  const { context, isReadonly, protocol } = run
  const { reply, server } = context
  const command = commandOf(server.commands, words)
  if (typeof command === 'string') return command
  const refusal = whyNotScripted(context, command, words)
  if (refusal !== null) return refusal
  if (isReadonly && command.isWrite) return 'ERR Write commands are not allowed from read-only scripts.'
  const outer = { out: reply.out, protocol: reply.protocol }
  reply.out = ''
  reply.protocol = protocol
  const decoder = new ReplyDecoder()
  try {
    call(context, command, words)
    // Nobody stops it halfway.
    if (command.isWrite) context.client.isShortOfMemory = false
    decoder.push(Buffer.from(reply.out, 'latin1'))
  } finally {
    reply.out = outer.out
    reply.protocol = outer.protocol
  }
  const decoded = decoder.next()
  if (decoded === null) return [false, false]
  return [luaValueOf(lua, decoded, protocol), decoded.kind === 'error']
}

function aclCheck({ lua, run }: ScriptHost, args: Arguments): LuaValue[] {
  const words = argumentsOf(lua, args)
  if (typeof words === 'string' || run === null) throw raise(lua, String(words))
  const command = commandOf(run.context.server.commands, words)
  if (typeof command === 'string') throw raise(lua, 'ERR Invalid command passed to redis.acl_check_cmd()')
  return [!(whyNotScripted(run.context, command, words)?.includes('The user executing') ?? false)]
}
