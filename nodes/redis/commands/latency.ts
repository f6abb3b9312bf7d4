// LATENCY.

import { argument } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { CommandError } from '../command-error.ts'

const history: Run = ({ reply, server }, args) => {
  const samples = server.latency.history(argument(args, 2))
  reply.array(samples.length)
  for (const { at, took } of samples) {
    reply.array(2)
    reply.integer(at)
    reply.integer(took)
  }
}

const latest: Run = ({ reply, server }) => {
  const events = server.latency.latest()
  reply.array(events.length)
  for (const { event, last, max } of events) {
    reply.array(4)
    reply.bulk(event)
    reply.integer(last.at)
    reply.integer(last.took)
    reply.integer(max)
  }
}

const doctor: Run = ({ reply, server }) => {
  const events = server.latency.latest()
  const lines = events.map(({ event, last, max }) => `${event}: latest ${last.took} ms, worst ${max} ms.`)
  reply.verbatim(lines.length === 0 ? 'No latency spike was observed.\n' : `${lines.join('\n')}\n`)
}

const graph: Run = ({ server }, args) => {
  const event = argument(args, 2)
  if (server.latency.history(event).length === 0)
    throw new CommandError(`ERR No samples available for event '${event}'`)
  throw new CommandError('ERR LATENCY GRAPH is not drawn by this server: ask for LATENCY HISTORY')
}

const usual = 'admin noscript loading stale'

/** LATENCY. */
export const latencyCommands: readonly Command[] = [
  command('latency', -2, '', () => undefined, {
    subcommands: [
      command('latency|history', 3, usual, history),
      command('latency|latest', 2, usual, latest),
      command('latency|doctor', 2, usual, doctor),
      command('latency|graph', 3, usual, graph),
      command('latency|reset', -2, usual, ({ reply, server }, args) => {
        reply.integer(server.latency.reset(args.slice(2)))
      }),
      command('latency|histogram', -2, usual, ({ reply }) => {
        reply.map(0)
      }),
      help('latency', '', [
        ['DOCTOR', 'Return a human readable latency analysis report.'],
        ['HISTORY <event>', 'Return time-latency samples for the <event> class.'],
        ['LATEST', 'Return the latest latency samples for all events.'],
        ['RESET [<event> ...]', 'Reset latency data of one or more <event> classes.'],
      ]),
    ],
  }),
]
