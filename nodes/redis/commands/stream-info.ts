// XINFO: what a stream, its groups and their consumers are like.

import { CommandError, noSuchKey } from '../command-error.ts'
import { radixNodes } from '../structures/radix-size.ts'
import { idText, streamIdMax, streamIdMin } from '../structures/stream-id.ts'
import { lagOf } from '../structures/stream-progress.ts'
import type { ConsumerGroup, PendingEntry, Stream, StreamEntry } from '../structures/stream.ts'
import type { ByteString } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { type Command, command, type KeyPositions, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { help, unknownSubcommand } from './help.ts'
import { replyEntries, replyEntry } from './stream-arguments.ts'
import { byName, pendingCounts } from './stream-groups.ts'

function demandStream({ db }: CommandContext, args: readonly ByteString[]): Stream {
  const entries = db.readAs(argument(args, 2), 'stream')?.entries
  if (entries === undefined) throw new CommandError(noSuchKey)
  return entries
}

const stream: Run = (context, args) => {
  const entries = demandStream(context, args)
  const count = fullCount(args)
  context.reply.map(count === undefined ? 10 : 9)
  replyFigures(context, entries)
  if (count === undefined) replyEnds(context, entries)
  else replyFull(context, entries, count === 0 ? Infinity : count)
}

/** `FULL [COUNT n]`: how many of each list; undefined where only figures are asked for. */
function fullCount(args: readonly ByteString[]): number | undefined {
  if (args.length === 3) return undefined
  const isFull = argument(args, 3).toUpperCase() === 'FULL'
  if (!isFull || (args.length !== 4 && args.length !== 6)) throw unknownSubcommand(args)
  if (args.length === 4) return 10
  if (argument(args, 4).toUpperCase() !== 'COUNT') throw unknownSubcommand(args)
  const count = integer(argument(args, 5))
  return count < 0 ? 10 : count
}

function replyFigures({ reply }: CommandContext, entries: Stream): void {
  const nodes = entries.nodeIds()
  const { length, lastId, maxDeletedId, entriesAdded } = entries
  const first = entries.range(streamIdMin, streamIdMax, { count: 1 })[0]?.[0] ?? streamIdMin
  const figures: readonly (readonly [name: string, value: number | bigint | string])[] = [
    ['length', length],
    ['radix-tree-keys', nodes.length],
    ['radix-tree-nodes', radixNodes(nodes)],
    ['last-generated-id', idText(lastId)],
    ['max-deleted-entry-id', idText(maxDeletedId)],
    ['entries-added', entriesAdded],
    ['recorded-first-entry-id', idText(first)],
  ]
  for (const [name, value] of figures) {
    reply.bulk(name)
    if (typeof value === 'string') reply.bulk(value)
    else reply.integer(value)
  }
}

function replyEnds(context: CommandContext, entries: Stream): void {
  const { reply } = context
  reply.bulk('groups')
  reply.integer(entries.groups.size)
  for (const name of ['first-entry', 'last-entry']) {
    const isReversed = name === 'last-entry'
    reply.bulk(name)
    const [entry] = entries.range(streamIdMin, streamIdMax, { count: 1, isReversed })
    replyMaybe(context, entry)
  }
}

function replyMaybe(context: CommandContext, entry: StreamEntry | undefined): void {
  if (entry === undefined) context.reply.null()
  else replyEntry(context, entry)
}

function replyFull(context: CommandContext, entries: Stream, count: number): void {
  const { reply } = context
  reply.bulk('entries')
  replyEntries(context, entries.range(streamIdMin, streamIdMax, { count }))
  reply.bulk('groups')
  reply.array(entries.groups.size)
  for (const group of byName(entries.groups.values())) {
    reply.map(7)
    replyText(context, 'name', group.name)
    replyText(context, 'last-delivered-id', idText(group.lastDelivered))
    replyProgress(context, group, entries)
    const all = [...group.pending.values()]
    replyNumber(context, 'pel-count', all.length)
    replyPending(context, all.slice(0, count), true)
    replyConsumers(context, group, { all, count })
  }
}

function replyConsumers(
  context: CommandContext,
  group: ConsumerGroup,
  { all, count }: { readonly all: readonly PendingEntry[]; readonly count: number },
): void {
  const { reply } = context
  reply.bulk('consumers')
  reply.array(group.consumers.size)
  for (const { name, seenAt } of byName(group.consumers.values())) {
    const mine = all.filter(({ consumer }) => consumer === name)
    reply.map(4)
    replyText(context, 'name', name)
    replyNumber(context, 'seen-time', seenAt)
    replyNumber(context, 'pel-count', mine.length)
    replyPending(context, mine.slice(0, count), false)
  }
}

function replyPending({ reply }: CommandContext, shown: readonly PendingEntry[], hasConsumer: boolean): void {
  reply.bulk('pending')
  reply.array(shown.length)
  for (const { id, consumer, deliveredAt, deliveries } of shown) {
    reply.array(hasConsumer ? 4 : 3)
    reply.bulk(idText(id))
    if (hasConsumer) reply.bulk(consumer)
    reply.integer(deliveredAt)
    reply.integer(deliveries)
  }
}

function replyText({ reply }: CommandContext, name: string, text: ByteString): void {
  reply.bulk(name)
  reply.bulk(text)
}

function replyNumber({ reply }: CommandContext, name: string, value: number | bigint | null): void {
  reply.bulk(name)
  if (value === null) reply.null()
  else reply.integer(value)
}

function replyProgress(context: CommandContext, group: ConsumerGroup, entries: Stream): void {
  replyNumber(context, 'entries-read', group.entriesRead)
  replyNumber(context, 'lag', lagOf(group, entries))
}

const groups: Run = (context, args) => {
  const entries = demandStream(context, args)
  context.reply.array(entries.groups.size)
  for (const group of byName(entries.groups.values())) {
    context.reply.map(6)
    replyText(context, 'name', group.name)
    replyNumber(context, 'consumers', group.consumers.size)
    replyNumber(context, 'pending', group.pending.size)
    replyText(context, 'last-delivered-id', idText(group.lastDelivered))
    replyProgress(context, group, entries)
  }
}

const consumers: Run = (context, args) => {
  const group = demandStream(context, args).groups.get(argument(args, 3))
  if (group === undefined) {
    throw new CommandError(
      `NOGROUP No such consumer group '${argument(args, 3)}' for key name '${argument(args, 2)}'`,
    )
  }
  const counts = pendingCounts(group)
  context.reply.array(group.consumers.size)
  for (const { name, seenAt } of byName(group.consumers.values())) {
    context.reply.map(3)
    replyText(context, 'name', name)
    replyNumber(context, 'pending', counts.get(name) ?? 0)
    replyNumber(context, 'idle', Math.max(0, context.now - seenAt))
  }
}

const container: Run = (_, args) => {
  throw unknownSubcommand(args)
}

const keys: KeyPositions = { first: 2, last: 2, step: 1 }

/** XINFO. */
export const streamInfoCommands: readonly Command[] = [
  command('xinfo', -2, '', container, {
    subcommands: [
      command('xinfo|stream', -3, 'readonly @stream', stream, { keys }),
      command('xinfo|groups', 3, 'readonly @stream', groups, { keys }),
      command('xinfo|consumers', 4, 'readonly @stream', consumers, { keys }),
      help('xinfo', '@stream', [
        ['CONSUMERS <key> <groupname>', 'Show consumers of <groupname>.'],
        ['GROUPS <key>', 'Show the stream consumer groups.'],
        ['STREAM <key> [FULL [COUNT <count>]', 'Show information about the stream.'],
      ]),
    ],
  }),
]
