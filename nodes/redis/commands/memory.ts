// MEMORY.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { sizeOf } from '../entry-size.ts'
import { memoryFigures, tableEntry } from '../memory-figures.ts'
import { memoryReport } from '../memory-report.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'

const usage: Run = ({ db, reply }, args) => {
  for (let at = 3; at < args.length; at += 2) {
    if (!isWord(args[at], 'SAMPLES') || args[at + 1] === undefined) throw new CommandError(syntaxError)
    if (integer(argument(args, at + 1)) < 0) throw new CommandError(syntaxError)
  }
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) reply.null()
  else reply.integer(sizeOf(argument(args, 2), entry))
}

/** The fields of Redis in its order. What only an allocator knows is as if it neither kept nor wasted anything. */
const stats: Run = ({ keyspace, reply, server }) => {
  const figures = memoryFigures(server)
  const { tables, total } = figures
  const databases = keyspace.databases.filter(({ size }) => size > 0)
  const values = Math.max(0, figures.data - tables)
  reply.map(27 + databases.length)
  integers(reply, [
    ['peak.allocated', figures.peak],
    ['total.allocated', total],
    ['startup.allocated', 0],
    ['replication.backlog', figures.backlog],
    ['clients.slaves', figures.replicas],
    ['clients.normal', figures.clients],
    ['cluster.links', 0],
    ['aof.buffer', figures.appendOnly],
    ['lua.caches', figures.scripts],
    ['functions.caches', figures.libraries],
  ])
  for (const { index, size, volatileSize } of databases) {
    reply.bulk(`db.${index}`)
    reply.map(3)
    integers(reply, [
      ['overhead.hashtable.main', size * tableEntry],
      ['overhead.hashtable.expires', volatileSize * tableEntry],
      ['overhead.hashtable.slot-to-keys', 0],
    ])
  }
  integers(reply, [
    ['overhead.total', figures.overhead + tables],
    ['keys.count', figures.keys],
    ['keys.bytes-per-key', figures.keys === 0 ? 0 : Math.floor(total / figures.keys)],
    ['dataset.bytes', values],
  ])
  doubles(reply, [
    ['dataset.percentage', percentage(values, total)],
    ['peak.percentage', percentage(total, figures.peak)],
  ])
  integers(reply, [
    ['allocator.allocated', total],
    ['allocator.active', total],
    ['allocator.resident', total],
  ])
  for (const name of ['allocator-fragmentation', 'allocator-rss', 'rss-overhead']) {
    doubles(reply, [[`${name}.ratio`, 1]])
    integers(reply, [[`${name}.bytes`, 0]])
  }
  doubles(reply, [['fragmentation', 1]])
  integers(reply, [['fragmentation.bytes', 0]])
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : (part * 100) / whole
}

type Fields = readonly (readonly [name: string, value: number])[]

function integers(reply: ReplyWriter, fields: Fields): void {
  for (const [name, value] of fields) {
    reply.bulk(name)
    reply.integer(value)
  }
}

function doubles(reply: ReplyWriter, fields: Fields): void {
  for (const [name, value] of fields) {
    reply.bulk(name)
    reply.double(value)
  }
}

/** MEMORY. */
export const memoryCommands: readonly Command[] = [
  command('memory', -2, '', () => undefined, {
    subcommands: [
      command('memory|usage', -3, 'readonly', usage, { keys: { first: 2, last: 2, step: 1 } }),
      command('memory|stats', 2, '', stats),
      command('memory|doctor', 2, '', ({ reply, server }) => {
        reply.verbatim(memoryReport(memoryFigures(server)))
      }),
      command('memory|purge', 2, '', ({ reply }) => {
        reply.ok()
      }),
      command('memory|malloc-stats', 2, '', ({ reply }) => {
        reply.bulk('Stats not supported for the current allocator')
      }),
      help('memory', '', [
        ['DOCTOR', 'Return memory problems reports.'],
        ['MALLOC-STATS', 'Return internal statistics report from the memory allocator.'],
        ['PURGE', 'Attempt to purge dirty pages for reclamation by the allocator.'],
        ['STATS', 'Return information about the memory usage of the server.'],
        [
          'USAGE <key> [SAMPLES <count>]',
          'Return memory in bytes used by <key> and its value. Nested values are',
          'sampled up to <count> times (default: 5, 0 means sample all).',
        ],
      ]),
    ],
  }),
]
