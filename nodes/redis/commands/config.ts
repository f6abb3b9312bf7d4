// CONFIG: the settings of the server that runs.

import { argument } from './arguments.ts'
import { type Command, command, newUsage, type Run } from './command.ts'
import { help } from './help.ts'
import { isAllowed } from './protected-commands.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { matchesGlob } from '../structures/glob.ts'

const get: Run = ({ reply, server }, args) => {
  const patterns = args.slice(2)
  const found: string[] = []
  for (const [name, value] of server.configuration.entries())
    if (patterns.some((pattern) => matchesGlob(pattern, name, true))) found.push(name, value)
  reply.bulkMap(found)
}

const set: Run = ({ client, reply, server }, args) => {
  if (args.length % 2 === 1) throw new CommandError(syntaxError)
  const pairs: (readonly [string, string])[] = []
  for (let at = 2; at < args.length; at += 2) pairs.push([argument(args, at), argument(args, at + 1)])
  const mayProtected = isAllowed(server, client, 'enable-protected-configs')
  const problem = server.configuration.set(pairs, { mayProtected })
  if (problem !== null) throw new CommandError(`ERR ${problem}`)
  reply.ok()
}

const resetStatistics: Run = ({ keyspace, reply, server }) => {
  server.statistics.reset()
  Object.assign(keyspace.counts, { hits: 0, misses: 0, expired: 0, evicted: 0 })
  keyspace.staleShare = 0
  for (const each of server.commands.values())
    for (const { usage } of [each, ...(each.subcommands?.values() ?? [])]) Object.assign(usage, newUsage())
  reply.ok()
}

const usual = 'admin noscript loading stale'

/** CONFIG. */
export const configCommands: readonly Command[] = [
  command('config', -2, '', () => undefined, {
    subcommands: [
      command('config|get', -3, usual, get),
      command('config|set', -4, usual, set),
      command('config|resetstat', 2, usual, resetStatistics),
      command('config|rewrite', 2, usual, () => {
        throw new CommandError('ERR The server is running without a config file')
      }),
      help('config', '', [
        ['GET <pattern>', 'Return parameters matching the glob-like <pattern> and their values.'],
        ['SET <directive> <value>', 'Set the configuration <directive> to <value>.'],
        ['RESETSTAT', 'Reset statistics reported by the INFO command.'],
        ['REWRITE', 'Rewrite the configuration file.'],
      ]),
    ],
  }),
]
