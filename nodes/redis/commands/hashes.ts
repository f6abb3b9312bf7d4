// Hashes.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { demandPairs, drawCount, randomCount } from './random-counts.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { addFloats, addIntegers } from './string-numbers.ts'
import { type ByteString, type HashValue, hashValue } from '../value.ts'

function hashFor(
  context: CommandContext,
  key: ByteString,
): { readonly value: HashValue; readonly isNew: boolean } {
  const value = context.db.findAs(key, 'hash')
  return value === undefined ? { value: hashValue(), isNew: true } : { value, isNew: false }
}

function setField(context: CommandContext, value: HashValue, field: ByteString, bytes: ByteString): boolean {
  const { limits } = context.server
  const isNew = value.fields.set(field, bytes)
  if (
    value.encoding === 'listpack' &&
    (value.fields.size > limits.hashListpackEntries ||
      field.length > limits.hashListpackValue ||
      bytes.length > limits.hashListpackValue)
  )
    value.encoding = 'hashtable'
  return isNew
}

function save(
  context: CommandContext,
  key: ByteString,
  value: HashValue,
  isNew: boolean,
  event: string,
): void {
  if (isNew) context.db.add(key, value)
  context.changed(key, 'h', event)
}

function hset(name: string): Run {
  return (context, args) => {
    if (args.length % 2 === 1) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
    const key = argument(args, 1)
    const { value, isNew } = hashFor(context, key)
    let created = 0
    for (let at = 2; at < args.length; at += 2)
      if (setField(context, value, argument(args, at), argument(args, at + 1))) created += 1
    save(context, key, value, isNew, 'hset')
    context.keyspace.dirty += args.length / 2 - 2
    if (name === 'hmset') context.reply.ok()
    else context.reply.integer(created)
  }
}

const hsetnx: Run = (context, args) => {
  const key = argument(args, 1)
  const field = argument(args, 2)
  const { value, isNew } = hashFor(context, key)
  if (value.fields.has(field)) {
    context.reply.integer(0)
    return
  }
  setField(context, value, field, argument(args, 3))
  save(context, key, value, isNew, 'hset')
  context.reply.integer(1)
}

const hget: Run = ({ db, reply }, args) => {
  reply.bulkOrNull(db.readAs(argument(args, 1), 'hash')?.fields.get(argument(args, 2)))
}

const hmget: Run = ({ db, reply }, args) => {
  const fields = db.readAs(argument(args, 1), 'hash')?.fields
  reply.array(args.length - 2)
  for (let at = 2; at < args.length; at += 1) reply.bulkOrNull(fields?.get(argument(args, at)))
}

const hdel: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, keyspace, reply } = context
  const value = db.findAs(key, 'hash')
  let removed = 0
  for (let at = 2; at < args.length; at += 1)
    if (value?.fields.delete(argument(args, at)) === true) removed += 1
  if (value !== undefined && removed > 0) {
    context.changed(key, 'h', 'hdel')
    keyspace.dirty += removed - 1
    context.deleteIfEmpty(key, value.fields.size)
  }
  reply.integer(removed)
}

const hlen: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'hash')?.fields.size ?? 0)
}

const hstrlen: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'hash')?.fields.get(argument(args, 2))?.length ?? 0)
}

const hexists: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'hash')?.fields.has(argument(args, 2)) === true ? 1 : 0)
}

const hgetall: Run = ({ db, reply }, args) => {
  const fields = db.readAs(argument(args, 1), 'hash')?.fields
  reply.map(fields?.size ?? 0)
  for (const [field, bytes] of fields ?? []) {
    reply.bulk(field)
    reply.bulk(bytes)
  }
}

const hkeys: Run = ({ db, reply }, args) => {
  reply.bulks([...(db.readAs(argument(args, 1), 'hash')?.fields.keys() ?? [])])
}

const hvals: Run = ({ db, reply }, args) => {
  reply.bulks([...(db.readAs(argument(args, 1), 'hash')?.fields.values() ?? [])])
}

const hincrby: Run = (context, args) => {
  const key = argument(args, 1)
  const field = argument(args, 2)
  integer(argument(args, 3))
  const { value, isNew } = hashFor(context, key)
  const sum = addIntegers(
    value.fields.get(field) ?? '0',
    argument(args, 3),
    'ERR hash value is not an integer',
  )
  setField(context, value, field, sum)
  save(context, key, value, isNew, 'hincrby')
  context.reply.out += `:${sum}\r\n`
}

const hincrbyfloat: Run = (context, args) => {
  const key = argument(args, 1)
  const field = argument(args, 2)
  if (/^[+-]?inf(?:inity)?$/i.test(argument(args, 3))) throw new CommandError('ERR value is NaN or Infinity')
  addFloats('0', argument(args, 3))
  const { value, isNew } = hashFor(context, key)
  const sum = addFloats(value.fields.get(field) ?? '0', argument(args, 3), 'ERR hash value is not a float')
  setField(context, value, field, sum)
  save(context, key, value, isNew, 'hincrbyfloat')
  context.reply.bulk(sum)
  context.propagate(['HSET', key, field, sum])
}

const hrandfield: Run = (context, args) => {
  const { db, reply } = context
  if (args.length === 2) {
    reply.bulkOrNull(db.readAs(argument(args, 1), 'hash')?.fields.random(context.keyspace.draw)?.[0])
    return
  }
  const count = randomCount(argument(args, 2))
  const withValues = isWord(args[3], 'WITHVALUES')
  if (args.length > 4 || (args.length === 4 && !withValues)) throw new CommandError(syntaxError)
  if (withValues) demandPairs(count)
  const fields = db.readAs(argument(args, 1), 'hash')?.fields
  const found = fields === undefined || count === 0n ? [] : drawn(context, [...fields], drawCount(count))
  const isPaired = withValues && reply.protocol === 3
  reply.array(withValues && !isPaired ? found.length * 2 : found.length)
  for (const [field, bytes] of found) {
    if (isPaired) reply.array(2)
    reply.bulk(field)
    if (withValues) reply.bulk(bytes)
  }
}

/** So many different items, or with repeats where the count is negative. */
export function drawn<T>(context: CommandContext, items: readonly T[], count: number): readonly T[] {
  const { draw } = context.keyspace
  if (count < 0) return Array.from({ length: -count }, () => items[draw(items.length)] as T)
  if (count >= items.length) return items
  const left = [...items]
  for (let at = 0; at < count; at += 1) {
    const other = at + draw(left.length - at)
    ;[left[at], left[other]] = [left[other] as T, left[at] as T]
  }
  return left.slice(0, count)
}

/** Commands of hashes (HSCAN is with the scans). */
export const hashCommands: readonly Command[] = [
  command('hset', -4, 'write denyoom fast @hash', hset('hset'), { keys: oneKey }),
  command('hmset', -4, 'write denyoom fast @hash', hset('hmset'), { keys: oneKey }),
  command('hsetnx', 4, 'write denyoom fast @hash', hsetnx, { keys: oneKey }),
  command('hget', 3, 'readonly fast @hash', hget, { keys: oneKey }),
  command('hmget', -3, 'readonly fast @hash', hmget, { keys: oneKey }),
  command('hdel', -3, 'write fast @hash', hdel, { keys: oneKey }),
  command('hlen', 2, 'readonly fast @hash', hlen, { keys: oneKey }),
  command('hstrlen', 3, 'readonly fast @hash', hstrlen, { keys: oneKey }),
  command('hexists', 3, 'readonly fast @hash', hexists, { keys: oneKey }),
  command('hgetall', 2, 'readonly @hash', hgetall, { keys: oneKey }),
  command('hkeys', 2, 'readonly @hash', hkeys, { keys: oneKey }),
  command('hvals', 2, 'readonly @hash', hvals, { keys: oneKey }),
  command('hincrby', 4, 'write denyoom fast @hash', hincrby, { keys: oneKey }),
  command('hincrbyfloat', 4, 'write denyoom fast @hash', hincrbyfloat, { keys: oneKey }),
  command('hrandfield', -2, 'readonly @hash', hrandfield, { keys: oneKey }),
]
