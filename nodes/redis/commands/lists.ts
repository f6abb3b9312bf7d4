// Lists: both ends, places in the middle.

import { argument, bounds, integer, integerIn, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { CommandError, noSuchKey, syntaxError } from '../command-error.ts'
import type { ByteString, ListValue } from '../value.ts'
import { listValue } from '../value.ts'

/** An end of a list. */
export type Side = 'LEFT' | 'RIGHT'

const mustBePositive = 'ERR value is out of range, must be positive'
const longMax = 9_223_372_036_854_775_808

/** Adds an item at an end. */
export function pushItem({ items }: ListValue, side: Side, item: ByteString): void {
  if (side === 'LEFT') items.unshift(item)
  else items.push(item)
}

/** Takes so many items from an end, at most all; watchers and notifications are told, an empty list goes. */
export function popItems(
  context: CommandContext,
  key: ByteString,
  options: { readonly value: ListValue; readonly side: Side; readonly count: number },
): ByteString[] {
  const { value, side, count } = options
  const { items } = value
  const taken: ByteString[] = []
  for (let left = Math.min(count, items.length); left > 0; left -= 1)
    taken.push((side === 'LEFT' ? items.shift() : items.pop()) ?? '')
  context.changed(key, 'l', side === 'LEFT' ? 'lpop' : 'rpop')
  context.deleteIfEmpty(key, items.length)
  return taken
}

function push(side: Side, isOnlyExisting: boolean): Run {
  const event = side === 'LEFT' ? 'lpush' : 'rpush'
  return (context, args) => {
    const key = argument(args, 1)
    const { db, reply, keyspace } = context
    const found = db.findAs(key, 'list')
    if (found === undefined && isOnlyExisting) {
      reply.integer(0)
      return
    }
    const value = found ?? listValue()
    for (let at = 2; at < args.length; at += 1) pushItem(value, side, argument(args, at))
    if (found === undefined) db.add(key, value)
    context.changed(key, 'l', event)
    keyspace.dirty += args.length - 3
    reply.integer(value.items.length)
  }
}

function pop(side: Side): Run {
  return (context, args) => {
    if (args.length > 3)
      throw new CommandError(
        `ERR wrong number of arguments for '${side === 'LEFT' ? 'lpop' : 'rpop'}' command`,
      )
    const key = argument(args, 1)
    const { db, reply } = context
    const count = args[2] === undefined ? null : integerIn(args[2], 0, longMax, mustBePositive)
    const value = db.findAs(key, 'list')
    if (value === undefined) {
      if (count === null) reply.null()
      else reply.nullArray()
    } else if (count === null) reply.bulk(popItems(context, key, { value, side, count: 1 })[0] ?? '')
    else if (count === 0) reply.array(0)
    else reply.bulks(popItems(context, key, { value, side, count }))
  }
}

const llen: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'list')?.items.length ?? 0)
}

const lindex: Run = ({ db, reply }, args) => {
  const items = db.readAs(argument(args, 1), 'list')?.items
  if (items === undefined) {
    reply.null()
    return
  }
  const index = integer(argument(args, 2))
  reply.bulkOrNull(items.at(index < 0 ? items.length + index : index))
}

const lset: Run = (context, args) => {
  const key = argument(args, 1)
  const value = context.db.findAs(key, 'list')
  if (value === undefined) throw new CommandError(noSuchKey)
  const given = integer(argument(args, 2))
  const index = given < 0 ? value.items.length + given : given
  if (index < 0 || index >= value.items.length) throw new CommandError('ERR index out of range')
  value.items.set(index, argument(args, 3))
  context.changed(key, 'l', 'lset')
  context.reply.ok()
}

const linsert: Run = (context, args) => {
  const isAfter = isWord(args[2], 'AFTER')
  if (!isAfter && !isWord(args[2], 'BEFORE')) throw new CommandError(syntaxError)
  const key = argument(args, 1)
  const { db, reply } = context
  const items = db.findAs(key, 'list')?.items
  if (items === undefined) {
    reply.integer(0)
    return
  }
  const pivot = [...items].indexOf(argument(args, 3))
  if (pivot < 0) {
    reply.integer(-1)
    return
  }
  items.insert(isAfter ? pivot + 1 : pivot, argument(args, 4))
  context.changed(key, 'l', 'linsert')
  reply.integer(items.length)
}

const lrange: Run = ({ db, reply }, args) => {
  const [start, stop] = [integer(argument(args, 2)), integer(argument(args, 3))]
  const items = db.readAs(argument(args, 1), 'list')?.items
  if (items === undefined) {
    reply.array(0)
    return
  }
  const [from, to] = bounds(start, stop, items.length)
  reply.bulks(items.slice(from, to))
}

const ltrim: Run = (context, args) => {
  const key = argument(args, 1)
  const [start, stop] = [integer(argument(args, 2)), integer(argument(args, 3))]
  const { db, reply, keyspace } = context
  const items = db.findAs(key, 'list')?.items
  if (items !== undefined) {
    const [from, to] = bounds(start, stop, items.length)
    const removed = items.length - (to - from)
    items.keep(from, to)
    context.changed(key, 'l', 'ltrim')
    keyspace.dirty += removed - 1
    context.deleteIfEmpty(key, items.length)
  }
  reply.ok()
}

const lrem: Run = (context, args) => {
  const key = argument(args, 1)
  const count = integer(argument(args, 2))
  const { db, reply, keyspace } = context
  const items = db.findAs(key, 'list')?.items
  const max = count === 0 ? Infinity : Math.abs(count)
  const removed = items?.removeEqual(argument(args, 3), max, count < 0) ?? 0
  if (items !== undefined && removed > 0) {
    context.changed(key, 'l', 'lrem')
    keyspace.dirty += removed - 1
    context.deleteIfEmpty(key, items.length)
  }
  reply.integer(removed)
}

interface PositionOptions {
  rank: number
  count: number | null
  lengthMax: number
}

function positionOptions(args: readonly ByteString[]): PositionOptions {
  const options: PositionOptions = { rank: 1, count: null, lengthMax: 0 }
  for (let at = 3; at < args.length; at += 2) {
    const value = args[at + 1]
    if (value === undefined) throw new CommandError(syntaxError)
    if (isWord(args[at], 'RANK')) {
      options.rank = integer(value)
      if (options.rank === 0)
        throw new CommandError(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
        )
    } else if (isWord(args[at], 'COUNT'))
      options.count = integerIn(value, 0, longMax, "ERR COUNT can't be negative")
    else if (isWord(args[at], 'MAXLEN'))
      options.lengthMax = integerIn(value, 0, longMax, "ERR MAXLEN can't be negative")
    else throw new CommandError(syntaxError)
  }
  return options
}

const lpos: Run = ({ db, reply }, args) => {
  const { rank, count, lengthMax } = positionOptions(args)
  const items = [...(db.readAs(argument(args, 1), 'list')?.items ?? [])]
  const wanted = argument(args, 2)
  const isReversed = rank < 0
  const found: number[] = []
  const foundMax = count === 0 ? Infinity : (count ?? 1)
  // The smallest number has no opposite: in C it stays below every count.
  let skipped = rank === -9_223_372_036_854_775_808 ? 0 : Math.abs(rank) - 1
  const looked = lengthMax === 0 ? items.length : Math.min(lengthMax, items.length)
  for (let at = 0; at < looked && found.length < foundMax; at += 1) {
    const index = isReversed ? items.length - 1 - at : at
    if (items[index] !== wanted) continue
    if (skipped > 0) skipped -= 1
    else found.push(index)
  }
  if (count !== null) {
    reply.array(found.length)
    for (const index of found) reply.integer(index)
  } else if (found[0] === undefined) reply.null()
  else reply.integer(found[0])
}

/** Commands of lists that do not wait. */
export const listCommands: readonly Command[] = [
  command('lpush', -3, 'write denyoom fast @list', push('LEFT', false), { keys: oneKey }),
  command('rpush', -3, 'write denyoom fast @list', push('RIGHT', false), { keys: oneKey }),
  command('lpushx', -3, 'write denyoom fast @list', push('LEFT', true), { keys: oneKey }),
  command('rpushx', -3, 'write denyoom fast @list', push('RIGHT', true), { keys: oneKey }),
  command('lpop', -2, 'write fast @list', pop('LEFT'), { keys: oneKey }),
  command('rpop', -2, 'write fast @list', pop('RIGHT'), { keys: oneKey }),
  command('llen', 2, 'readonly fast @list', llen, { keys: oneKey }),
  command('lindex', 3, 'readonly @list', lindex, { keys: oneKey }),
  command('lset', 4, 'write denyoom @list', lset, { keys: oneKey }),
  command('linsert', 5, 'write denyoom @list', linsert, { keys: oneKey }),
  command('lrange', 4, 'readonly @list', lrange, { keys: oneKey }),
  command('ltrim', 4, 'write @list', ltrim, { keys: oneKey }),
  command('lrem', 4, 'write @list', lrem, { keys: oneKey }),
  command('lpos', -3, 'readonly @list', lpos, { keys: oneKey }),
]
