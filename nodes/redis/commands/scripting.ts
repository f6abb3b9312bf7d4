// Scripts: EVAL and its kin, SCRIPT.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type KeyPositions, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { help } from './help.ts'
import { CommandError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'
import type { Script } from '../scripting/scripting.ts'
import type { ByteString } from '../value.ts'

/** Keys after a count at index 2. */
export const countedKeys: KeyPositions = {
  first: 0,
  last: 0,
  step: 0,
  find: (args) => {
    const count = parseInteger(args[2] ?? '') ?? 0
    return Array.from({ length: Math.max(0, Math.min(count, args.length - 3)) }, (_, at) => at + 3)
  },
}

/** Keys and other arguments, as a count at index 2 parts them. Throws a CommandError. */
export function keysAndArguments(
  args: readonly ByteString[],
): readonly [keys: readonly ByteString[], rest: readonly ByteString[]] {
  const count = integer(argument(args, 2))
  if (count > args.length - 3)
    throw new CommandError("ERR Number of keys can't be greater than number of args")
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative")
  return [args.slice(3, 3 + count), args.slice(3 + count)]
}

/** What a script or function that is called as one that only reads must say of itself. */
export function demandReadonly(flags: ReadonlySet<string>): void {
  if (!flags.has('no-writes'))
    throw new CommandError('ERR Can not execute a script with write flag using *_ro command.')
}

function evaluate(context: CommandContext, args: readonly ByteString[], script: Script, isRo: boolean): void {
  const { environment } = context.server.scripting
  const [keys, rest] = keysAndArguments(args)
  const { flags } = script
  if (isRo && flags !== null) demandReadonly(flags)
  environment.lua.machine.meter.begin()
  environment.lua.globals.put('KEYS', environment.list(keys))
  environment.lua.globals.put('ARGV', environment.list(rest))
  environment.perform({
    context,
    called: script.called,
    args: [],
    name: script.sha,
    isReadonly: isRo || flags?.has('no-writes') === true,
  })
}

function evaluateBody(isRo: boolean): Run {
  return (context, args) => {
    keysAndArguments(args)
    evaluate(context, args, context.server.scripting.load(argument(args, 1)), isRo)
  }
}

function evaluateSha(isRo: boolean): Run {
  return (context, args) => {
    const script = context.server.scripting.find(argument(args, 1))
    if (script === undefined) throw new CommandError('NOSCRIPT No matching script. Please use EVAL.')
    evaluate(context, args, script, isRo)
  }
}

const load: Run = ({ reply, server }, args) => {
  reply.bulk(server.scripting.load(argument(args, 2)).sha)
}

const exists: Run = ({ reply, server }, args) => {
  reply.array(args.length - 2)
  for (const sha of args.slice(2)) reply.integer(server.scripting.find(sha) === undefined ? 0 : 1)
}

const flush: Run = ({ reply, server }, args) => {
  const [, , mode] = args
  if (args.length > 3 || (mode !== undefined && !isWord(mode, 'SYNC') && !isWord(mode, 'ASYNC')))
    throw new CommandError('ERR SCRIPT FLUSH only support SYNC|ASYNC option')
  server.scripting.flush()
  reply.ok()
}

/** A script runs within one step, so that none can be found running: they end by their bounds. */
export const kill: Run = () => {
  throw new CommandError('NOTBUSY No scripts in execution right now.')
}

const debug: Run = (_, args) => {
  throw new CommandError(
    ['YES', 'SYNC', 'NO'].includes(argument(args, 2).toUpperCase())
      ? 'ERR SCRIPT DEBUG is not served'
      : 'ERR Use SCRIPT DEBUG YES/SYNC/NO',
  )
}

const usual = 'noscript stale skip_monitor no_mandatory_keys movablekeys @scripting'

/** Commands of scripts. */
export const scriptingCommands: readonly Command[] = [
  command('eval', -3, usual, evaluateBody(false), { keys: countedKeys }),
  command('evalsha', -3, usual, evaluateSha(false), { keys: countedKeys }),
  command('eval_ro', -3, `readonly ${usual}`, evaluateBody(true), { keys: countedKeys }),
  command('evalsha_ro', -3, `readonly ${usual}`, evaluateSha(true), { keys: countedKeys }),
  command('script', -2, '', () => undefined, {
    subcommands: [
      command('script|debug', 3, 'noscript @scripting', debug),
      command('script|exists', -3, 'noscript @scripting', exists),
      command('script|flush', -2, 'noscript @scripting', flush),
      command('script|kill', 2, 'noscript allow_busy @scripting', kill),
      command('script|load', 3, 'noscript stale @scripting', load),
      help('script', '@scripting', [
        ['DEBUG (YES|SYNC|NO)', 'Set the debug mode for subsequent scripts executed.'],
        ['EXISTS <sha1> [<sha1> ...]', 'Tell which scripts are in the cache.'],
        ['FLUSH [ASYNC|SYNC]', 'Forget all scripts of the cache.'],
        ['KILL', 'End the script that runs.'],
        ['LOAD <script>', 'Keep a script in the cache without running it.'],
      ]),
    ],
  }),
]
