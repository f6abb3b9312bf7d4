// XREAD and XREADGROUP: what is new in streams, at once or as soon as there is something.

import { CommandError, syntaxError } from '../command-error.ts'
import { compareIds, idAfter, idText, streamIdMax, streamIdMin } from '../structures/stream-id.ts'
import { advance } from '../structures/stream-progress.ts'
import type { ConsumerGroup, Stream, StreamEntry, StreamId } from '../structures/stream.ts'
import type { ByteString } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { type Command, command, type KeyPositions, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyEntries, replyEntry, streamId } from './stream-arguments.ts'
import { consumerOf, hand, propagateClaim, propagateGroupId } from './stream-groups.ts'

interface ReadOptions {
  /** Milliseconds, 0 for ever; undefined: does not wait. */
  timeout: number | undefined
  count: number
  group: ByteString | undefined
  consumer: ByteString
  needsNoAck: boolean
  /** Where the keys stand. */
  keysAt: number
}

/** One stream that is asked for. */
interface Wanted {
  readonly key: ByteString
  /** Entries above it; undefined: those that the group has handed to nobody (`>`). */
  readonly after: StreamId | undefined
}

function readOptions(args: readonly ByteString[], isGroup: boolean, isScripted: boolean): ReadOptions {
  const options: ReadOptions = {
    timeout: undefined,
    count: 0,
    group: undefined,
    consumer: '',
    needsNoAck: false,
    keysAt: 0,
  }
  for (let at = 1; at < args.length && options.keysAt === 0; at++) {
    const word = argument(args, at).toUpperCase()
    const following = args.length - at - 1
    if (word === 'BLOCK' && following > 0) {
      if (isScripted)
        throw new CommandError(
          `ERR ${argument(args, 0)} command is not allowed with BLOCK option from scripts`,
        )
      options.timeout = timeoutOf(argument(args, ++at))
    } else if (word === 'COUNT' && following > 0) options.count = Math.max(0, integer(argument(args, ++at)))
    else if (word === 'STREAMS' && following > 0) options.keysAt = at + 1
    else if (word === 'GROUP' && following > 1) {
      if (!isGroup) throw onlyForGroups('GROUP')
      options.group = argument(args, at + 1)
      options.consumer = argument(args, at + 2)
      at += 2
    } else if (word === 'NOACK') {
      if (!isGroup) throw onlyForGroups('NOACK')
      options.needsNoAck = true
    } else throw new CommandError(syntaxError)
  }
  // Of groups as well it is XREAD that is named.
  if (options.keysAt > 0 && (args.length - options.keysAt) % 2 === 1)
    throw new CommandError(
      "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
    )
  if (options.keysAt === 0) throw new CommandError(syntaxError)
  if (isGroup && options.group === undefined)
    throw new CommandError('ERR Missing GROUP option for XREADGROUP')
  return options
}

function timeoutOf(text: ByteString): number {
  const timeout = integer(text, 'ERR timeout is not an integer or out of range')
  if (timeout < 0) throw new CommandError('ERR timeout is negative')
  return timeout
}

function onlyForGroups(word: string): CommandError {
  return new CommandError(`ERR The ${word} option is only supported by XREADGROUP. You called XREAD instead.`)
}

function wantedStreams(
  context: CommandContext,
  args: readonly ByteString[],
  options: ReadOptions,
): readonly Wanted[] {
  const count = (args.length - options.keysAt) / 2
  return args.slice(options.keysAt, options.keysAt + count).map((key, i) => {
    const entries = context.db.readAs(key, 'stream')?.entries
    if (options.group !== undefined && entries?.groups.has(options.group) !== true) {
      throw new CommandError(
        `NOGROUP No such key '${key}' or consumer group '${options.group}' in XREADGROUP with GROUP option`,
      )
    }
    return {
      key,
      after: startOf(argument(args, options.keysAt + count + i), entries, options.group !== undefined),
    }
  })
}

function startOf(text: ByteString, entries: Stream | undefined, isGroup: boolean): StreamId | undefined {
  if (text === '$') {
    if (!isGroup) return entries?.lastId ?? streamIdMin
    throw new CommandError(
      'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
    )
  }
  if (text !== '>') {
    const id = streamId(text)
    // Redis keeps > as the highest id.
    return isGroup && compareIds(id, streamIdMax) === 0 ? undefined : id
  }
  if (isGroup) return undefined
  throw new CommandError(
    'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
  )
}

function read(isGroup: boolean): Run {
  return (context, args) => {
    const options = readOptions(args, isGroup, context.server.scripting.isRunning)
    const streams = wantedStreams(context, args, options)
    // What a group hands out is told as claims, never as the command itself.
    if (isGroup) context.propagate()
    const ready = streams.filter((wanted) => isReady(context, wanted, options))
    if (ready.length > 0) {
      context.reply[context.reply.protocol === 2 ? 'array' : 'map'](ready.length)
      for (const wanted of ready) replyStream(context, wanted, options)
    } else if (options.timeout === undefined) context.reply.nullArray()
    else waitFor(context, streams, options)
  }
}

/** Whether a stream has something to reply: new entries, or a consumer's history. */
function isReady(context: CommandContext, { key, after }: Wanted, options: ReadOptions): boolean {
  const entries = context.db.readAs(key, 'stream')?.entries
  if (entries === undefined) return false
  const group = options.group === undefined ? undefined : entries.groups.get(options.group)
  if (group !== undefined && after !== undefined) return true
  const last = entries.range(streamIdMin, streamIdMax, { count: 1, isReversed: true })[0]?.[0]
  return last !== undefined && compareIds(last, after ?? group?.lastDelivered ?? streamIdMax) > 0
}

/** A consumer becomes one by being served. */
function join(
  context: CommandContext,
  key: ByteString,
  { group, options }: { readonly group: ConsumerGroup; readonly options: ReadOptions },
): void {
  const isNew = !group.consumers.has(options.consumer)
  consumerOf(context, { key, group, name: options.consumer })
  // Otherwise the first claim makes it.
  if (isNew && options.needsNoAck)
    context.propagate(['XGROUP', 'CREATECONSUMER', key, group.name, options.consumer])
}

function replyStream(context: CommandContext, { key, after }: Wanted, options: ReadOptions): void {
  const { db, keyspace, reply } = context
  const entries = db.readAs(key, 'stream')?.entries
  if (entries === undefined) return
  const group = options.group === undefined ? undefined : entries.groups.get(options.group)
  if (reply.protocol === 2) reply.array(2)
  reply.bulk(key)
  const count = options.count === 0 ? Infinity : options.count
  if (group !== undefined) {
    join(context, key, { group, options })
    keyspace.dirty += 1
  }
  if (group !== undefined && after !== undefined)
    replyHistory(context, { entries, group, after, count, consumer: options.consumer })
  else {
    // After the highest id there is none: Redis wraps around to the first one, which nothing asks for.
    const start = idAfter(after ?? group?.lastDelivered ?? streamIdMin) ?? streamIdMin
    const found = entries.range(start, streamIdMax, { count })
    if (group !== undefined) deliver(context, key, { entries, group, found, options })
    replyEntries(context, found)
  }
}

/** What a consumer was handed and has not acknowledged; without fields where it was deleted since. */
function replyHistory(
  context: CommandContext,
  of: {
    readonly entries: Stream
    readonly group: ConsumerGroup
    readonly after: StreamId
    readonly count: number
    readonly consumer: ByteString
  },
): void {
  const { reply } = context
  const mine = [...of.group.pending.values()].filter(
    ({ id, consumer }) => consumer === of.consumer && compareIds(id, of.after) > 0,
  )
  const shown = mine.slice(0, of.count)
  reply.array(shown.length)
  for (const pending of shown) {
    const fields = of.entries.get(pending.id)
    if (fields === undefined) {
      reply.array(2)
      reply.bulk(idText(pending.id))
      reply.nullArray()
    } else {
      pending.deliveredAt = context.now
      pending.deliveries += 1
      replyEntry(context, [pending.id, fields])
    }
  }
}

/** Hands new entries to a consumer. */
function deliver(
  context: CommandContext,
  key: ByteString,
  of: {
    readonly entries: Stream
    readonly group: ConsumerGroup
    readonly found: readonly StreamEntry[]
    readonly options: ReadOptions
  },
): void {
  const { entries, group, found, options } = of
  for (const [id] of found) {
    if (compareIds(id, group.lastDelivered) > 0) advance(group, entries, id)
    if (options.needsNoAck) continue
    const handed = { consumer: options.consumer, deliveredAt: context.now, deliveries: 1 }
    propagateClaim(context, key, group, hand(group, id, handed))
  }
  if (options.needsNoAck && found.length > 0) propagateGroupId(context, key, group)
}

function waitFor(context: CommandContext, streams: readonly Wanted[], options: ReadOptions): void {
  context.block({
    keys: streams.map(({ key }) => key),
    timeout: options.timeout ?? 0,
    serve: (key) => {
      const wanted = streams.find((each) => each.key === key)
      if (wanted === undefined || !isServable(context, key, options)) return false
      if (!isReady(context, wanted, options)) return false
      context.reply[context.reply.protocol === 2 ? 'array' : 'map'](1)
      replyStream(context, wanted, options)
      return true
    },
  })
}

/** Whether a key holds a stream; who waits for a group that is gone learns it. */
function isServable({ db }: CommandContext, key: ByteString, { group }: ReadOptions): boolean {
  const value = db.find(key)?.value
  if (value?.kind !== 'stream') {
    if (group !== undefined) throw new CommandError('UNBLOCKED the stream key no longer exists')
    return false
  }
  if (group !== undefined && !value.entries.groups.has(group))
    throw new CommandError('NOGROUP the consumer group this client was blocked on no longer exists')
  return true
}

const keys: KeyPositions = (args) => {
  const at = args.findIndex((word, i) => i > 0 && word.toUpperCase() === 'STREAMS') + 1
  const count = at === 0 ? 0 : Math.floor((args.length - at) / 2)
  return Array.from({ length: count }, (_, i) => at + i)
}

/** Commands that read what is new. */
export const streamReadCommands: readonly Command[] = [
  command('xread', -4, 'readonly blocking movablekeys @stream', read(false), { keys }),
  command('xreadgroup', -7, 'write blocking movablekeys @stream', read(true), { keys }),
]
