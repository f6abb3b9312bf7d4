// What consumers were handed and have not acknowledged: listed, and claimed by others.

import { CommandError, syntaxError } from '../command-error.ts'
import { compareIds, idText, parseId, streamIdMin } from '../structures/stream-id.ts'
import type { ConsumerGroup, PendingEntry, Stream, StreamId } from '../structures/stream.ts'
import type { ByteString } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { intervalEnd, intervalStart, replyEntry, streamId } from './stream-arguments.ts'
import { byName, consumerOf, hand, pendingCounts, propagateClaim, propagateGroupId } from './stream-groups.ts'

interface Found {
  readonly entries: Stream
  readonly group: ConsumerGroup
}

function demandGroup({ db }: CommandContext, key: ByteString, name: ByteString): Found {
  const entries = db.readAs(key, 'stream')?.entries
  const group = entries?.groups.get(name)
  if (entries === undefined || group === undefined)
    throw new CommandError(`NOGROUP No such key '${key}' or consumer group '${name}'`)
  return { entries, group }
}

const xpending: Run = (context, args) => {
  const { length } = args
  if (length !== 3 && (length < 6 || length > 9)) throw new CommandError(syntaxError)
  const query = length === 3 ? undefined : pendingQuery(args)
  const { group } = demandGroup(context, argument(args, 1), argument(args, 2))
  if (query === undefined) replySummary(context, group)
  else replyPending(context, group, query)
}

interface PendingQuery {
  readonly idleMin: number
  readonly first: StreamId
  readonly last: StreamId
  readonly count: number
  readonly consumer: ByteString | undefined
}

function pendingQuery(args: readonly ByteString[]): PendingQuery {
  const hasIdle = argument(args, 3).toUpperCase() === 'IDLE'
  const idleMin = hasIdle ? integer(argument(args, 4)) : 0
  if (hasIdle && args.length < 8) throw new CommandError(syntaxError)
  const start = hasIdle ? 5 : 3
  const count = Math.max(0, integer(argument(args, start + 2)))
  const first = intervalStart(argument(args, start))
  const last = intervalEnd(argument(args, start + 1))
  return { idleMin, first, last, count, consumer: args[start + 3] }
}

function replySummary({ reply }: CommandContext, group: ConsumerGroup): void {
  const { pending } = group
  reply.array(4)
  reply.integer(pending.size)
  const all = [...pending.values()]
  const [first, last] = [all[0], all.at(-1)]
  if (first === undefined || last === undefined) {
    reply.null()
    reply.null()
    reply.nullArray()
    return
  }
  reply.bulk(idText(first.id))
  reply.bulk(idText(last.id))
  const counts = [...pendingCounts(group)].map(([name, count]) => ({ name, count }))
  reply.array(counts.length)
  for (const { name, count } of byName(counts)) reply.bulks([name, String(count)])
}

function replyPending(context: CommandContext, group: ConsumerGroup, query: PendingQuery): void {
  const { now, reply } = context
  const shown: PendingEntry[] = []
  for (const entry of group.pending.values()) {
    if (shown.length >= query.count || compareIds(entry.id, query.last) > 0) break
    if (compareIds(entry.id, query.first) < 0) continue
    // Where the clock went back, what was delivered before is less than new.
    if (query.idleMin !== 0 && now - entry.deliveredAt < query.idleMin) continue
    if (query.consumer === undefined || query.consumer === entry.consumer) shown.push(entry)
  }
  reply.array(shown.length)
  for (const { id, consumer, deliveredAt, deliveries } of shown) {
    reply.array(4)
    reply.bulk(idText(id))
    reply.bulk(consumer)
    reply.integer(Math.max(0, now - deliveredAt))
    reply.integer(deliveries)
  }
}

interface ClaimOptions {
  readonly ids: readonly StreamId[]
  deliveredAt: number | undefined
  deliveries: number | undefined
  isForced: boolean
  isOnlyIds: boolean
  lastId: StreamId
}

function claimOptions(args: readonly ByteString[], now: number): ClaimOptions {
  const ids: StreamId[] = []
  let at = 5
  for (; at < args.length; at++) {
    const id = parseId(argument(args, at), 0n)
    if (id === undefined) break
    ids.push(id)
  }
  const options: ClaimOptions = {
    ids,
    deliveredAt: undefined,
    deliveries: undefined,
    isForced: false,
    isOnlyIds: false,
    lastId: streamIdMin,
  }
  while (at < args.length) at += readClaimOption(options, args, { at, now })
  return options
}

/** Reads one option; returns how many arguments it took. */
function readClaimOption(
  options: ClaimOptions,
  args: readonly ByteString[],
  { at, now }: { readonly at: number; readonly now: number },
): number {
  const word = argument(args, at).toUpperCase()
  const value = args[at + 1]
  if (word === 'FORCE') options.isForced = true
  else if (word === 'JUSTID') options.isOnlyIds = true
  else if (value === undefined)
    throw new CommandError(`ERR Unrecognized XCLAIM option '${argument(args, at)}'`)
  else {
    const invalid = `ERR Invalid ${word} option argument for XCLAIM`
    if (word === 'IDLE') options.deliveredAt = now - integer(value, invalid)
    else if (word === 'TIME') options.deliveredAt = integer(value, invalid)
    else if (word === 'RETRYCOUNT') options.deliveries = integer(value, invalid)
    else if (word === 'LASTID') options.lastId = streamId(value)
    else throw new CommandError(`ERR Unrecognized XCLAIM option '${argument(args, at)}'`)
    return 2
  }
  return 1
}

const xclaim: Run = (context, args) => {
  const { keyspace, now } = context
  const [key, name] = [argument(args, 1), argument(args, 3)]
  const { entries, group } = demandGroup(context, key, argument(args, 2))
  const idleMin = Math.max(0, integer(argument(args, 4), 'ERR Invalid min-idle-time argument for XCLAIM'))
  const options = claimOptions(args, now)
  context.propagate()
  const isAhead = compareIds(options.lastId, group.lastDelivered) > 0
  if (isAhead) group.lastDelivered = options.lastId
  const claimed: StreamId[] = []
  let changes = 0
  for (const id of options.ids) {
    const pending = group.pending.get(idText(id))
    if (entries.get(id) === undefined) {
      if (pending === undefined) continue
      forget(context, key, group, pending)
      changes++
    } else if (isClaimable(pending, { options, idleMin, now })) {
      consumerOf(context, { key, group, name })
      const { deliveredAt } = options
      const isSane = deliveredAt !== undefined && deliveredAt !== -1 && deliveredAt >= 0 && deliveredAt <= now
      const deliveries =
        options.deliveries !== undefined && options.deliveries >= 0
          ? options.deliveries
          : (pending?.deliveries ?? 1) + (options.isOnlyIds ? 0 : 1)
      const handed = hand(group, id, { consumer: name, deliveredAt: isSane ? deliveredAt : now, deliveries })
      propagateClaim(context, key, group, handed)
      claimed.push(id)
      changes++
    }
  }
  if (isAhead && changes === 0) propagateGroupId(context, key, group)
  keyspace.dirty += changes + (isAhead ? 1 : 0)
  replyClaimed(context, entries, { ids: claimed, isOnlyIds: options.isOnlyIds })
}

function isClaimable(
  pending: PendingEntry | undefined,
  rule: { readonly options: ClaimOptions; readonly idleMin: number; readonly now: number },
): boolean {
  if (pending === undefined) return rule.options.isForced
  return rule.idleMin === 0 || rule.now - pending.deliveredAt >= rule.idleMin
}

/** An entry that was deleted is pending no longer; copies learn it by the claim of an entry that is not there. */
function forget(context: CommandContext, key: ByteString, group: ConsumerGroup, pending: PendingEntry): void {
  propagateClaim(context, key, group, pending)
  group.pending.delete(idText(pending.id))
}

function replyClaimed(
  context: CommandContext,
  entries: Stream,
  claimed: { readonly ids: readonly StreamId[]; readonly isOnlyIds: boolean },
): void {
  const { reply } = context
  reply.array(claimed.ids.length)
  for (const id of claimed.ids) {
    if (claimed.isOnlyIds) reply.bulk(idText(id))
    else replyEntry(context, [id, entries.get(id) ?? []])
  }
}

/** At most so many times COUNT entries are looked at. */
const attemptsPerCount = 10
const countMax = 576_460_752_303_423_488

const xautoclaim: Run = (context, args) => {
  const { keyspace, reply } = context
  const [key, name] = [argument(args, 1), argument(args, 3)]
  const idleMin = Math.max(0, integer(argument(args, 4), 'ERR Invalid min-idle-time argument for XAUTOCLAIM'))
  const start = intervalStart(argument(args, 5))
  const { count, isOnlyIds } = autoClaimOptions(args)
  const { entries, group } = demandGroup(context, key, argument(args, 2))
  context.propagate()
  const claimed: StreamId[] = []
  const deleted: StreamId[] = []
  let attempts = count * attemptsPerCount
  let cursor = streamIdMin
  // Deleting what is being looked at does not disturb a map's iteration.
  for (const pending of group.pending.values()) {
    if (compareIds(pending.id, start) < 0) continue
    if (attempts-- <= 0 || claimed.length + deleted.length >= count) {
      cursor = pending.id
      break
    }
    if (entries.get(pending.id) === undefined) {
      forget(context, key, group, pending)
      deleted.push(pending.id)
    } else if (idleMin === 0 || context.now - pending.deliveredAt >= idleMin) {
      consumerOf(context, { key, group, name })
      pending.consumer = name
      pending.deliveredAt = context.now
      if (!isOnlyIds) pending.deliveries += 1
      propagateClaim(context, key, group, pending)
      claimed.push(pending.id)
    }
  }
  keyspace.dirty += claimed.length + deleted.length
  reply.array(3)
  reply.bulk(idText(cursor))
  replyClaimed(context, entries, { ids: claimed, isOnlyIds })
  reply.bulks(deleted.map(idText))
}

function autoClaimOptions(args: readonly ByteString[]): {
  readonly count: number
  readonly isOnlyIds: boolean
} {
  let count = 100
  let isOnlyIds = false
  for (let at = 6; at < args.length; at++) {
    const word = argument(args, at).toUpperCase()
    if (word === 'COUNT' && at + 1 < args.length) {
      count = integer(argument(args, ++at), 'ERR COUNT must be > 0')
      if (count < 1 || count >= countMax) throw new CommandError('ERR COUNT must be > 0')
    } else if (word === 'JUSTID') isOnlyIds = true
    else throw new CommandError(syntaxError)
  }
  return { count, isOnlyIds }
}

/** Commands of entries that are pending. */
export const streamPendingCommands: readonly Command[] = [
  command('xpending', -3, 'readonly @stream', xpending, { keys: oneKey }),
  command('xclaim', -6, 'write fast @stream', xclaim, { keys: oneKey }),
  command('xautoclaim', -6, 'write fast @stream', xautoclaim, { keys: oneKey }),
]
