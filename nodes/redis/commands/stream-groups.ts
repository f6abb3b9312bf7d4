// Consumer groups of streams: made, set, taken away; entries acknowledged; and how what a group does is told to copies.

import { CommandError } from '../command-error.ts'
import { idText } from '../structures/stream-id.ts'
import {
  type Consumer,
  type ConsumerGroup,
  consumerGroup,
  type PendingEntry,
  type Stream,
  type StreamId,
} from '../structures/stream.ts'
import { type ByteString, streamValue } from '../value.ts'
import { argument, long } from './arguments.ts'
import { type Command, command, type KeyPositions, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { help, unknownSubcommand } from './help.ts'
import { streamId } from './stream-arguments.ts'

const noKey =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.'

interface GroupOptions {
  makesStream: boolean
  entriesRead: bigint | null
}

function groupOptions(args: readonly ByteString[], isCreate: boolean): GroupOptions {
  const options: GroupOptions = { makesStream: false, entriesRead: null }
  for (let at = 5; at < args.length; at++) {
    const word = argument(args, at).toUpperCase()
    if (isCreate && word === 'MKSTREAM') options.makesStream = true
    else if (word === 'ENTRIESREAD' && at + 1 < args.length) {
      const count = long(argument(args, ++at))
      if (count < -1n) throw new CommandError('ERR value for ENTRIESREAD must be positive or -1')
      options.entriesRead = count < 0n ? null : count
    } else throw unknownSubcommand(args)
  }
  return options
}

/** The stream of a command that needs it to be there. */
function demandStream({ db }: CommandContext, args: readonly ByteString[]): Stream {
  const entries = db.findAs(argument(args, 2), 'stream')?.entries
  if (entries === undefined) throw new CommandError(noKey)
  return entries
}

function demandGroup(context: CommandContext, args: readonly ByteString[]): ConsumerGroup {
  const group = demandStream(context, args).groups.get(argument(args, 3))
  if (group === undefined)
    throw new CommandError(
      `NOGROUP No such consumer group '${argument(args, 3)}' for key name '${argument(args, 2)}'`,
    )
  return group
}

const create: Run = (context, args) => {
  const { db, reply } = context
  const { makesStream, entriesRead } = groupOptions(args, true)
  const key = argument(args, 2)
  const found = makesStream ? db.findAs(key, 'stream')?.entries : demandStream(context, args)
  const entries = found ?? streamValue().entries
  const text = argument(args, 4)
  const id = text === '$' ? entries.lastId : streamId(text)
  const name = argument(args, 3)
  if (entries.groups.has(name)) throw new CommandError('BUSYGROUP Consumer Group name already exists')
  if (found === undefined) db.add(key, { kind: 'stream', entries })
  entries.groups.set(name, consumerGroup(name, id, entriesRead))
  if (found === undefined) context.changed(key, 't', 'xgroup-create')
  else context.noticed(key, 't', 'xgroup-create')
  reply.ok()
}

const setid: Run = (context, args) => {
  const { entriesRead } = groupOptions(args, false)
  const group = demandGroup(context, args)
  const text = argument(args, 4)
  group.lastDelivered = text === '$' ? demandStream(context, args).lastId : streamId(text)
  group.entriesRead = entriesRead
  context.noticed(argument(args, 2), 't', 'xgroup-setid')
  context.reply.ok()
}

const destroy: Run = (context, args) => {
  const isGone = demandStream(context, args).groups.delete(argument(args, 3))
  if (isGone) {
    context.noticed(argument(args, 2), 't', 'xgroup-destroy')
    // Those who wait for the group are told so; the stream itself has not changed for anybody else.
    context.server.signal(context.db, argument(args, 2))
  }
  context.reply.integer(isGone ? 1 : 0)
}

const createconsumer: Run = (context, args) => {
  const group = demandGroup(context, args)
  const isNew = !group.consumers.has(argument(args, 4))
  if (isNew) consumerOf(context, { key: argument(args, 2), group, name: argument(args, 4) })
  context.reply.integer(isNew ? 1 : 0)
}

const delconsumer: Run = (context, args) => {
  const group = demandGroup(context, args)
  const name = argument(args, 4)
  const ids = [...group.pending].filter(([, entry]) => entry.consumer === name).map(([id]) => id)
  if (group.consumers.delete(name)) {
    for (const id of ids) group.pending.delete(id)
    context.noticed(argument(args, 2), 't', 'xgroup-delconsumer')
  }
  context.reply.integer(ids.length)
}

const xack: Run = (context, args) => {
  const group = context.db.readAs(argument(args, 1), 'stream')?.entries.groups.get(argument(args, 2))
  let count = 0
  if (group !== undefined) {
    const ids = args.slice(3).map((text) => idText(streamId(text)))
    for (const id of ids) if (group.pending.delete(id)) count++
    context.keyspace.dirty += count
  }
  context.reply.integer(count)
}

/** A consumer of a group, which it becomes by asking; it was seen now. */
export function consumerOf(
  context: CommandContext,
  of: { readonly key: ByteString; readonly group: ConsumerGroup; readonly name: ByteString },
): Consumer {
  const { key, group, name } = of
  const found = group.consumers.get(name)
  if (found !== undefined) {
    found.seenAt = context.now
    return found
  }
  const made = { name, seenAt: context.now }
  group.consumers.set(name, made)
  context.db.notify('t', 'xgroup-createconsumer', key)
  context.keyspace.dirty += 1
  return made
}

/** Tells copies that an entry is pending as it is now. */
export function propagateClaim(
  context: CommandContext,
  key: ByteString,
  group: ConsumerGroup,
  entry: PendingEntry,
): void {
  if (!context.keyspace.effects.isWanted) return
  const { consumer, deliveredAt, deliveries } = entry
  const claim = ['XCLAIM', key, group.name, consumer, '0', idText(entry.id)]
  const details = ['TIME', String(deliveredAt), 'RETRYCOUNT', String(deliveries), 'FORCE', 'JUSTID']
  context.propagate([...claim, ...details, 'LASTID', idText(group.lastDelivered)])
}

/** Tells copies how far a group has come. */
export function propagateGroupId(context: CommandContext, key: ByteString, group: ConsumerGroup): void {
  const read = group.entriesRead === null ? '-1' : String(group.entriesRead)
  context.propagate(['XGROUP', 'SETID', key, group.name, idText(group.lastDelivered), 'ENTRIESREAD', read])
}

/** How many entries each consumer has not acknowledged. */
export function pendingCounts(group: ConsumerGroup): ReadonlyMap<ByteString, number> {
  const counts = new Map<ByteString, number>()
  for (const { consumer } of group.pending.values()) counts.set(consumer, (counts.get(consumer) ?? 0) + 1)
  return counts
}

/** Names in the order in which Redis keeps groups and consumers. */
export function byName<T extends { readonly name: ByteString }>(all: Iterable<T>): readonly T[] {
  return [...all].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A pending entry of a group, moved or made. */
export function hand(
  group: ConsumerGroup,
  id: StreamId,
  to: { readonly consumer: ByteString; readonly deliveredAt: number; readonly deliveries: number },
): PendingEntry {
  const key = idText(id)
  const found = group.pending.get(key)
  if (found === undefined) {
    const made = { id, ...to }
    group.pending.set(key, made)
    return made
  }
  return Object.assign(found, to)
}

const keys: KeyPositions = { first: 2, last: 2, step: 1 }
const write = 'write @stream'

const subcommands: readonly Command[] = [
  command('xgroup|create', -5, `${write} denyoom`, create, { keys }),
  command('xgroup|setid', -5, write, setid, { keys }),
  command('xgroup|destroy', 4, write, destroy, { keys }),
  command('xgroup|createconsumer', 5, `${write} denyoom`, createconsumer, { keys }),
  command('xgroup|delconsumer', 5, write, delconsumer, { keys }),
  help('xgroup', '@stream', [
    ['CREATE <key> <groupname> <id|$> [option]', 'Create a new consumer group. Options are:'],
    ['    * MKSTREAM', '  Create the empty stream if it does not exist.'],
    ['    * ENTRIESREAD entries_read', "  Set the group's entries_read counter (internal use)."],
    ['CREATECONSUMER <key> <groupname> <consumer>', 'Create a new consumer in the specified group.'],
    ['DELCONSUMER <key> <groupname> <consumer>', 'Remove the specified consumer.'],
    ['DESTROY <key> <groupname>', 'Remove the specified group.'],
    [
      'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
      'Set the current group ID and entries_read counter.',
    ],
  ]),
]

const container: Run = (_, args) => {
  throw unknownSubcommand(args)
}

/** Commands of consumer groups. */
export const streamGroupCommands: readonly Command[] = [
  command('xgroup', -2, '', container, { subcommands }),
  command('xack', -4, `${write} fast`, xack, { keys: oneKey }),
]
