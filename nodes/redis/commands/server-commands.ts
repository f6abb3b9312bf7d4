// The server itself: INFO, TIME, ROLE, SLOWLOG, MEMORY, MONITOR, DEBUG.

import { argument, double, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { encodingOf } from './object.ts'
import { debugReload } from './persistence.ts'
import { CommandError, noSuchKey, syntaxError } from '../command-error.ts'
import { sizeOf } from '../entry-size.ts'
import { infoText } from '../info.ts'

const info: Run = ({ reply, server }, args) => {
  reply.verbatim(infoText(server, args.slice(1)))
}

const time: Run = ({ isAtomic, now, reply, server }) => {
  // In scripts and transactions time stands still, and is the log's where commands are replicated by one.
  const microseconds = isAtomic ? now * 1000 : Math.floor(server.env.clock.wall() / 1000)
  reply.bulks([`${Math.floor(microseconds / 1_000_000)}`, `${microseconds % 1_000_000}`])
}

const slowlogGet: Run = ({ reply, server }, args) => {
  if (args.length > 3) throw new CommandError("ERR wrong number of arguments for 'slowlog|get' command")
  const count = args[2] === undefined ? 10 : integer(args[2])
  if (count < -1) throw new CommandError('ERR count should be greater than or equal to -1')
  const entries = server.statistics.slowlog.slice(0, count === -1 ? undefined : count)
  reply.array(entries.length)
  for (const { id, at, took, args: shown, address, name } of entries) {
    reply.array(6)
    reply.integer(id)
    reply.integer(at)
    reply.integer(took)
    reply.bulks(shown)
    reply.bulk(address)
    reply.bulk(name)
  }
}

const memoryUsage: Run = ({ db, reply }, args) => {
  for (let at = 3; at < args.length; at += 2) {
    if (!isWord(args[at], 'SAMPLES') || args[at + 1] === undefined) throw new CommandError(syntaxError)
    if (integer(argument(args, at + 1)) < 0) throw new CommandError(syntaxError)
  }
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) reply.null()
  else reply.integer(sizeOf(argument(args, 2), entry))
}

const memoryStats: Run = ({ keyspace, reply }) => {
  reply.map(3)
  for (const [name, value] of [
    ['peak.allocated', keyspace.memory],
    ['total.allocated', keyspace.memory],
    ['keys.count', keyspace.databases.reduce((sum, db) => sum + db.size, 0)],
  ] as const) {
    reply.bulk(name)
    reply.integer(value)
  }
}

const monitor: Run = ({ client, reply, server }) => {
  client.isMonitor = true
  server.monitors.add(client)
  reply.ok()
}

const debugSleep: Run = (context, args) => {
  const wait = Math.ceil(double(argument(args, 2)) * 1000)
  context.block({
    keys: [],
    timeout: Math.max(1, wait),
    serve: () => false,
    expire: () => context.reply.ok(),
  })
}

const debugObject: Run = ({ db, reply, now }, args) => {
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) throw new CommandError(noSuchKey)
  const idle = Math.floor((now - entry.accessedAt) / 1000)
  reply.simple(
    `Value at:0x7f0000000000 refcount:1 encoding:${encodingOf(entry.value)} serializedlength:${sizeOf('', entry)} lru:0 lru_seconds_idle:${idle}`,
  )
}

const usual = 'admin noscript loading stale'
const ok: Run = ({ reply }) => {
  reply.ok()
}

const setActiveExpire: Run = ({ keyspace, reply }, args) => {
  keyspace.isExpiryActive = argument(args, 2) !== '0'
  reply.ok()
}

/** What test suites ask of DEBUG. */
const debugActs: ReadonlyMap<string, Run> = new Map([
  ['SLEEP', debugSleep],
  ['OBJECT', debugObject],
  ['RELOAD', debugReload],
  ['SET-ACTIVE-EXPIRE', setActiveExpire],
  ['QUICKLIST-PACKED-THRESHOLD', ok],
  ['CHANGE-REPL-ID', ok],
  ['JMAP', ok],
])

/** Commands about the server. */
export const serverCommands: readonly Command[] = [
  command('info', -1, 'loading stale @dangerous', info),
  command('time', 1, 'loading stale fast', time),
  command('monitor', 1, 'admin noscript loading stale', monitor),
  command('lolwut', -1, 'readonly fast', ({ reply }) => {
    reply.verbatim('Redis ver. 7.0.15\n')
  }),
  command('slowlog', -2, '', () => undefined, {
    subcommands: [
      command('slowlog|get', -2, 'admin loading stale', slowlogGet),
      command('slowlog|len', 2, 'admin loading stale', ({ reply, server }) => {
        reply.integer(server.statistics.slowlog.length)
      }),
      command('slowlog|reset', 2, 'admin loading stale', ({ reply, server }) => {
        server.statistics.slowlog.length = 0
        reply.ok()
      }),
      help('slowlog', '', [
        ['GET [<count>]', 'Return top <count> entries from the slowlog (default: 10, -1 means all).'],
        ['LEN', 'Return the length of the slowlog.'],
        ['RESET', 'Reset the slowlog.'],
      ]),
    ],
  }),
  command('memory', -2, '', () => undefined, {
    subcommands: [
      command('memory|usage', -3, 'readonly', memoryUsage, { keys: { first: 2, last: 2, step: 1 } }),
      command('memory|stats', 2, '', memoryStats),
      command('memory|doctor', 2, '', ({ reply }) => {
        reply.verbatim('No memory issue was found.\n')
      }),
      command('memory|purge', 2, '', ok),
      command('memory|malloc-stats', 2, '', ({ reply }) => {
        reply.bulk('Stats not supported for the current allocator')
      }),
      help('memory', '', [
        ['DOCTOR', 'Return memory problems reports.'],
        ['PURGE', 'Attempt to purge dirty pages for reclamation by the allocator.'],
        ['STATS', 'Return information about the memory usage of the server.'],
        ['USAGE <key> [SAMPLES <count>]', 'Return memory in bytes used by <key> and its value.'],
      ]),
    ],
  }),
  command('debug', -2, usual, (context, args) => {
    const act = debugActs.get(argument(args, 1).toUpperCase())
    if (act === undefined)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${argument(args, 1)}'. Try DEBUG HELP.`,
      )
    act(context, args)
  }),
]
