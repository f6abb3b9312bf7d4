// Functions: FCALL, FUNCTION.

import { argument, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help, unknownSubcommand } from './help.ts'
import { countedKeys, demandReadonly, keysAndArguments, kill } from './scripting.ts'
import { CommandError } from '../command-error.ts'
import { dumpFunctions, isIntact, restoreFunctions } from '../files/index.ts'
import { matchesGlob } from '../structures/glob.ts'

function callFunction(isRo: boolean): Run {
  return (context, args) => {
    const { libraries } = context.server.scripting
    const found = libraries.called(argument(args, 1))
    if (found === undefined) throw new CommandError('ERR Function not found')
    const [keys, rest] = keysAndArguments(args)
    if (isRo) demandReadonly(found.flags)
    const { environment } = libraries
    environment.lua.machine.meter.begin()
    try {
      environment.perform({
        context,
        called: found.callback,
        args: [environment.list(keys), environment.list(rest)],
        name: found.name,
        isReadonly: isRo || found.flags.has('no-writes'),
      })
    } finally {
      libraries.endCall()
    }
  }
}

const load: Run = ({ keyspace, reply, server }, args) => {
  let at = 2
  let isReplacing = false
  for (; at < args.length - 1; at += 1) {
    if (!isWord(args[at], 'REPLACE')) throw new CommandError(`ERR Unknown option given: ${args[at] ?? ''}`)
    isReplacing = true
  }
  if (at >= args.length) throw new CommandError('ERR Function code is missing')
  const name = server.scripting.libraries.load(argument(args, at), isReplacing)
  keyspace.dirty += 1
  reply.bulk(name)
}

const remove: Run = ({ keyspace, reply, server }, args) => {
  server.scripting.libraries.delete(argument(args, 2))
  keyspace.dirty += 1
  reply.ok()
}

const flush: Run = ({ keyspace, reply, server }, args) => {
  const [, , mode] = args
  if (args.length > 3) throw unknownSubcommand(args)
  if (mode !== undefined && !isWord(mode, 'SYNC') && !isWord(mode, 'ASYNC'))
    throw new CommandError('ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
  server.scripting.libraries.clear()
  keyspace.dirty += 1
  reply.ok()
}

const list: Run = ({ reply, server }, args) => {
  let pattern: string | null = null
  let hasCode = false
  for (let at = 2; at < args.length; at += 1) {
    if (!hasCode && isWord(args[at], 'WITHCODE')) hasCode = true
    else if (pattern === null && isWord(args[at], 'LIBRARYNAME')) {
      at += 1
      if (at >= args.length) throw new CommandError('ERR library name argument was not given')
      pattern = argument(args, at)
    } else throw new CommandError(`ERR Unknown argument ${args[at] ?? ''}`)
  }
  const wanted = pattern
  const found = server.scripting.libraries.all.filter(
    ({ name }) => wanted === null || matchesGlob(wanted, name, true),
  )
  reply.array(found.length)
  for (const { code, functions, name } of found) {
    reply.map(hasCode ? 4 : 3)
    reply.bulkMapEntries(['library_name', name, 'engine', 'LUA', 'functions'])
    reply.array(functions.size)
    for (const each of functions.values()) {
      reply.map(3)
      reply.bulkMapEntries(['name', each.name, 'description'])
      reply.bulkOrNull(each.description ?? undefined)
      reply.bulk('flags')
      reply.set(each.flags.size)
      for (const flag of each.flags) reply.simple(flag)
    }
    if (hasCode) reply.bulkMapEntries(['library_code', code])
  }
}

const stats: Run = ({ reply, server }) => {
  const { all } = server.scripting.libraries
  reply.map(2)
  reply.bulk('running_script')
  reply.null()
  reply.bulk('engines')
  reply.map(1)
  reply.bulk('LUA')
  reply.map(2)
  reply.bulk('libraries_count')
  reply.integer(all.length)
  reply.bulk('functions_count')
  reply.integer(all.reduce((sum, { functions }) => sum + functions.size, 0))
}

const dump: Run = ({ reply, server }) => {
  reply.bulk(dumpFunctions(server.scripting.libraries.codes))
}

const restore: Run = ({ keyspace, reply, server }, args) => {
  const [, , , word] = args
  if (args.length > 4) throw unknownSubcommand(args)
  const policy = (word ?? 'APPEND').toLowerCase()
  if (policy !== 'append' && policy !== 'replace' && policy !== 'flush')
    throw new CommandError('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.')
  const payload = argument(args, 2)
  if (!isIntact(payload)) throw new CommandError('ERR DUMP payload version or checksum are wrong')
  const codes = restoreFunctions(payload)
  if (codes === null) throw new CommandError('ERR failed loading functions payload')
  server.scripting.libraries.restore(codes, policy)
  keyspace.dirty += 1
  reply.ok()
}

const usual = 'noscript stale skip_monitor no_mandatory_keys movablekeys @scripting'
const writes = 'write noscript @scripting'

/** Commands of functions. */
export const functionCommands: readonly Command[] = [
  command('fcall', -3, usual, callFunction(false), { keys: countedKeys }),
  command('fcall_ro', -3, `readonly ${usual}`, callFunction(true), { keys: countedKeys }),
  command('function', -2, '', () => undefined, {
    subcommands: [
      command('function|load', -3, 'write denyoom noscript @scripting', load),
      command('function|delete', 3, writes, remove),
      command('function|flush', -2, writes, flush),
      command('function|list', -2, 'noscript @scripting', list),
      command('function|stats', 2, 'noscript allow_busy @scripting', stats),
      command('function|kill', 2, 'noscript allow_busy @scripting', kill),
      command('function|dump', 2, 'noscript @scripting', dump),
      command('function|restore', -3, 'write denyoom noscript @scripting', restore),
      help('function', '@scripting', [
        ['LOAD [REPLACE] <FUNCTION CODE>', 'Make a library of its code.'],
        ['DELETE <LIBRARY NAME>', 'Remove a library.'],
        ['LIST [LIBRARYNAME PATTERN] [WITHCODE]', 'Tell of libraries and their functions.'],
        ['STATS', 'Tell which function runs, and of the engines.'],
        ['KILL', 'End the function that runs.'],
        ['FLUSH [ASYNC|SYNC]', 'Remove all libraries.'],
        ['DUMP', 'Give all libraries as a payload for RESTORE.'],
        ['RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]', 'Load the libraries of a payload.'],
      ]),
    ],
  }),
]
