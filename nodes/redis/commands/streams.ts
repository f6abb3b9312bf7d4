// Streams: adding, reading ranges, deleting, trimming. Consumer groups are in files of their own.

import { CommandError, noSuchKey, syntaxError } from '../command-error.ts'
import { compareIds, idAfter, idText, streamIdMax, streamIdMin } from '../structures/stream-id.ts'
import type { Stream, StreamId } from '../structures/stream.ts'
import { type ByteString, streamValue } from '../value.ts'
import { argument, integer, long } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import { countChanges } from './sorted-set-store.ts'
import {
  type AddedId,
  addedId,
  intervalEnd,
  intervalStart,
  replyEntries,
  streamId,
  type Trim,
  trimArguments,
} from './stream-arguments.ts'

const tooSmall = 'ERR The ID specified in XADD is equal or smaller than the target stream top item'

const xadd: Run = (context, args) => {
  const { db, reply } = context
  const { trim, makesStream, next } = trimArguments(context, args, true)
  const fields = args.slice(next + 1)
  if (next >= args.length || fields.length < 2 || fields.length % 2 === 1)
    throw new CommandError("ERR wrong number of arguments for 'xadd' command")
  const asked = addedId(argument(args, next))
  if (asked.kind === 'given' && compareIds(asked.id, streamIdMin) === 0)
    throw new CommandError('ERR The ID specified in XADD must be greater than 0-0')
  const key = argument(args, 1)
  const found = db.findAs(key, 'stream')?.entries
  if (found === undefined && !makesStream) {
    reply.null()
    return
  }
  const entries = found ?? streamValue().entries
  if (compareIds(entries.lastId, streamIdMax) === 0)
    throw new CommandError('ERR The stream has exhausted the last possible ID, unable to add more items')
  const id = nextId(entries, asked, context.now)
  if (id === undefined || compareIds(id, entries.lastId) <= 0) throw new CommandError(tooSmall)
  entries.append(id, fields, context.server.limits.streamNode)
  if (found === undefined) db.add(key, { kind: 'stream', entries })
  reply.bulk(idText(id))
  context.changed(key, 't', 'xadd')
  if (trim !== undefined && trimStream(entries, trim) > 0) db.notify('t', 'xtrim', key)
  context.propagate(repeatable(args, entries, { trim, id, at: next }))
}

/** The id that an entry gets; undefined where there is none above the last. */
function nextId({ lastId }: Stream, asked: AddedId, now: number): StreamId | undefined {
  if (asked.kind === 'given') return asked.id
  const ms = asked.kind === 'made' ? BigInt(now) : asked.ms
  if (asked.kind === 'made') return ms > lastId.ms ? { ms, seq: 0n } : idAfter(lastId)
  if (ms !== lastId.ms) return { ms, seq: 0n }
  return lastId.seq === streamIdMax.seq ? undefined : { ms, seq: lastId.seq + 1n }
}

function trimStream(entries: Stream, { goal, isApproximate, limit }: Trim): number {
  return entries.trim(goal, { isApproximate, limit })
}

/** The command as it has the same effect again: with the id that was made, and an exact trim for an approximate one. */
function repeatable(
  args: readonly ByteString[],
  entries: Stream,
  made: { readonly trim: Trim | undefined; readonly id?: StreamId; readonly at?: number },
): readonly ByteString[] {
  const repeated = [...args]
  if (made.id !== undefined && made.at !== undefined) repeated[made.at] = idText(made.id)
  if (made.trim?.isApproximate === true) {
    const { goal, at } = made.trim
    repeated[at - 1] = '='
    repeated[at] = goal.kind === 'length' ? String(entries.length) : idText(firstId(entries))
    // LIMIT goes with ~ only.
    const limitAt = repeated.findIndex(
      (word, i) => i > 1 && i < (made.at ?? repeated.length) && word.toLowerCase() === 'limit',
    )
    if (limitAt > 0) repeated.splice(limitAt, 2)
  }
  return repeated
}

/** The first id, or the highest where there is no entry. */
function firstId(entries: Stream): StreamId {
  return entries.range(streamIdMin, streamIdMax, { count: 1 })[0]?.[0] ?? streamIdMax
}

const xlen: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'stream')?.entries.length ?? 0)
}

function range(isReversed: boolean): Run {
  return (context, args) => {
    const { db, reply } = context
    const [low, high] = isReversed ? [3, 2] : [2, 3]
    const first = intervalStart(argument(args, low))
    const last = intervalEnd(argument(args, high))
    const count = countOption(args, 4)
    const entries = db.readAs(argument(args, 1), 'stream')?.entries
    if (entries === undefined) reply.array(0)
    else if (count === 0) reply.nullArray()
    else
      replyEntries(context, entries.range(first, last, { count: count < 0 ? Infinity : count, isReversed }))
  }
}

/** `COUNT n`; below 0 where it is not given. */
function countOption(args: readonly ByteString[], start: number): number {
  let count = -1
  for (let at = start; at < args.length; at += 2) {
    if (argument(args, at).toUpperCase() !== 'COUNT' || at + 1 >= args.length)
      throw new CommandError(syntaxError)
    count = Math.max(0, integer(argument(args, at + 1)))
  }
  return count
}

const xdel: Run = (context, args) => {
  const key = argument(args, 1)
  const entries = context.db.findAs(key, 'stream')?.entries
  const ids = entries === undefined ? [] : args.slice(2).map((text) => streamId(text))
  let deleted = 0
  for (const id of ids) if (entries?.delete(id) === true) deleted++
  if (deleted > 0) {
    context.changed(key, 't', 'xdel')
    countChanges(context, deleted)
  }
  context.reply.integer(deleted)
}

const xtrim: Run = (context, args) => {
  const key = argument(args, 1)
  const { trim } = trimArguments(context, args, false)
  const entries = context.db.findAs(key, 'stream')?.entries
  const deleted = entries === undefined || trim === undefined ? 0 : trimStream(entries, trim)
  if (entries !== undefined && deleted > 0) {
    context.changed(key, 't', 'xtrim')
    countChanges(context, deleted)
    context.propagate(repeatable(args, entries, { trim }))
  }
  context.reply.integer(deleted)
}

const xsetid: Run = (context, args) => {
  const id = streamId(argument(args, 2))
  const { entriesAdded, maxDeletedId } = setIdOptions(args, id)
  const key = argument(args, 1)
  const entries = context.db.findAs(key, 'stream')?.entries
  if (entries === undefined) throw new CommandError(noSuchKey)
  const last = entries.range(streamIdMin, streamIdMax, { count: 1, isReversed: true })[0]?.[0]
  if (last !== undefined && compareIds(id, last) < 0)
    throw new CommandError('ERR The ID specified in XSETID is smaller than the target stream top item')
  if (last !== undefined && entriesAdded !== undefined && entriesAdded < BigInt(entries.length))
    throw new CommandError(
      'ERR The entries_added specified in XSETID is smaller than the target stream length',
    )
  entries.lastId = id
  if (entriesAdded !== undefined) entries.entriesAdded = entriesAdded
  if (maxDeletedId !== undefined && compareIds(maxDeletedId, streamIdMin) > 0)
    entries.maxDeletedId = maxDeletedId
  context.reply.ok()
  context.noticed(key, 't', 'xsetid')
}

interface SetIdOptions {
  entriesAdded: bigint | undefined
  maxDeletedId: StreamId | undefined
}

function setIdOptions(args: readonly ByteString[], id: StreamId): SetIdOptions {
  const options: SetIdOptions = { entriesAdded: undefined, maxDeletedId: undefined }
  for (let at = 3; at < args.length; at += 2) {
    const word = argument(args, at).toUpperCase()
    if (at + 1 >= args.length || (word !== 'ENTRIESADDED' && word !== 'MAXDELETEDID'))
      throw new CommandError(syntaxError)
    if (word === 'ENTRIESADDED') {
      options.entriesAdded = long(argument(args, at + 1))
      if (options.entriesAdded < 0n) throw new CommandError('ERR entries_added must be positive')
    } else {
      options.maxDeletedId = streamId(argument(args, at + 1))
      if (compareIds(id, options.maxDeletedId) < 0) {
        throw new CommandError(
          'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
        )
      }
    }
  }
  return options
}

const read = 'readonly @stream'
const write = 'write @stream'
const keys = oneKey

/** Commands of streams. */
export const streamCommands: readonly Command[] = [
  command('xadd', -5, `${write} denyoom fast`, xadd, { keys }),
  command('xlen', 2, `${read} fast`, xlen, { keys }),
  command('xrange', -4, read, range(false), { keys }),
  command('xrevrange', -4, read, range(true), { keys }),
  command('xdel', -3, `${write} fast`, xdel, { keys }),
  command('xtrim', -4, write, xtrim, { keys }),
  command('xsetid', -3, `${write} denyoom fast`, xsetid, { keys }),
]
