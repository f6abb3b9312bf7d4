// LATENCY.

import { argument } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { CommandError } from '../command-error.ts'
import { latencyGraph } from '../latency-graph.ts'
import { latencyReport } from '../latency-report.ts'

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

const doctor: Run = ({ reply, server, keyspace }) => {
  reply.verbatim(
    latencyReport(server.latency, {
      now: Math.floor(keyspace.now / 1000),
      threshold: server.limits.latencyThreshold,
      slowlogThreshold: server.limits.slowlogThreshold,
    }),
  )
}

const graph: Run = ({ reply, server, keyspace }, args) => {
  const event = argument(args, 2)
  const samples = server.latency.history(event)
  if (samples.length === 0) throw new CommandError(`ERR No samples available for event '${event}'`)
  const now = Math.floor(keyspace.now / 1000)
  reply.verbatim(latencyGraph(event, { samples, worst: server.latency.worst(event), now }))
}

/** Of the commands that are named, and their subcommands, or of all; one that has not run, or is none, is left out. */
const histogram: Run = ({ reply, server }, args) => {
  const named = args.slice(2).flatMap((name) => commandsNamed(server.commands, name.toLowerCase()))
  const all = args.length > 2 ? named : [...server.commands.values()].flatMap(withSubcommands)
  const used = all.filter(({ usage }) => usage.durations.calls > 0)
  reply.map(used.length)
  for (const { name, usage } of used) {
    reply.bulk(name)
    reply.map(2)
    reply.bulk('calls')
    reply.integer(usage.durations.calls)
    reply.bulk('histogram_usec')
    const rows = usage.durations.cumulative()
    reply.map(rows.length)
    for (const [bound, calls] of rows) {
      reply.integer(bound)
      reply.integer(calls)
    }
  }
}

function commandsNamed(commands: ReadonlyMap<string, Command>, name: string): readonly Command[] {
  const [first = '', second] = name.split('|')
  const found = commands.get(first)
  if (found === undefined) return []
  if (second === undefined) return withSubcommands(found)
  const sub = found.subcommands?.get(second)
  return sub === undefined ? [] : [sub]
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...(command.subcommands?.values() ?? [])]
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
      command('latency|histogram', -2, usual, histogram),
      help('latency', '', [
        ['DOCTOR', 'Return a human readable latency analysis report.'],
        ['GRAPH <event>', 'Return an ASCII latency graph for the <event> class.'],
        ['HISTORY <event>', 'Return time-latency samples for the <event> class.'],
        ['LATEST', 'Return the latest latency samples for all events.'],
        [
          'RESET [<event> ...]',
          'Reset latency data of one or more <event> classes.',
          '(default: reset all data for all event classes)',
        ],
        [
          'HISTOGRAM [COMMAND ...]',
          'Return a cumulative distribution of latencies in the format of a histogram for the specified command names.',
          'If no commands are specified then all histograms are replied.',
        ],
      ]),
    ],
  }),
]
