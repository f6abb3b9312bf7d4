// The server itself: INFO, TIME, SLOWLOG, MONITOR.

import { argument, integer, integerIn, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help, unknownSubcommand } from './help.ts'
import { infoText } from '../info/index.ts'

const info: Run = ({ reply, server }, args) => {
  reply.verbatim(infoText(server, args.slice(1)))
}

const time: Run = ({ isAtomic, now, reply, server }) => {
  // In scripts and transactions time stands still, and is the log's where commands are replicated by one.
  const microseconds = isAtomic ? now * 1000 : Math.floor(server.env.clock.wall() / 1000)
  reply.bulks([`${Math.floor(microseconds / 1_000_000)}`, `${microseconds % 1_000_000}`])
}

const slowlogGet: Run = ({ reply, server }, args) => {
  if (args.length > 3) throw unknownSubcommand(args)
  const count =
    args[2] === undefined
      ? 10
      : integerIn(args[2], -1, Infinity, 'ERR count should be greater than or equal to -1')
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

const lolwut: Run = ({ reply }, args) => {
  // The version chooses a picture, and numbers say how large it is; here there is none.
  if (args.length >= 3 && isWord(args[1], 'VERSION')) {
    const numbers = { 5: 3, 6: 2 }[integer(argument(args, 2))] ?? 0
    for (const size of args.slice(3, 3 + numbers)) integer(size)
  }
  reply.verbatim('Redis ver. 7.0.15\n')
}

const monitor: Run = ({ client, reply, server }) => {
  client.isMonitor = true
  server.monitors.add(client)
  reply.ok()
}

/** Commands about the server. */
export const serverCommands: readonly Command[] = [
  command('info', -1, 'loading stale @dangerous', info),
  command('time', 1, 'loading stale fast', time),
  command('monitor', 1, 'admin noscript loading stale', monitor),
  command('lolwut', -1, 'readonly fast', lolwut),
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
]
