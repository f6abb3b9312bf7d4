// Strings as wholes: GET and SET with all that SET can do on the way.

import { argument, integer, isWord } from './arguments.ts'
import { allKeys, type Command, command, type KeyPositions, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { type ExpiryOption, expiryTime, expiryUnit, onlyOne } from './expiry-options.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { type ByteString, stringValue } from '../value.ts'

const get: Run = ({ db, reply }, args) => {
  reply.bulkOrNull(db.readAs(argument(args, 1), 'string')?.bytes)
}

interface SetOptions {
  condition: 'NX' | 'XX' | null
  isGet: boolean
  keepsExpiry: boolean
  expiry: ExpiryOption | null
}

function setOptions(args: readonly ByteString[]): SetOptions {
  const options: SetOptions = { condition: null, isGet: false, keepsExpiry: false, expiry: null }
  for (let at = 3; at < args.length; at += 1) {
    const word = args[at]
    const unit = expiryUnit(word)
    if (isWord(word, 'NX') && options.condition !== 'XX') options.condition = 'NX'
    else if (isWord(word, 'XX') && options.condition !== 'NX') options.condition = 'XX'
    else if (isWord(word, 'GET')) options.isGet = true
    else if (isWord(word, 'KEEPTTL') && options.expiry === null) options.keepsExpiry = true
    else if (unit !== null && !options.keepsExpiry && options.expiry === null && at + 1 < args.length) {
      at += 1
      options.expiry = { unit, text: args[at] ?? '' }
    } else throw new CommandError(syntaxError)
  }
  return options
}

function store(context: CommandContext, key: ByteString, bytes: ByteString, keepsExpiry = false): void {
  const { db, keyspace } = context
  db.set(key, stringValue(bytes), keepsExpiry)
  keyspace.dirty += 1
  db.notify('$', 'set', key)
}

function storeUntil(context: CommandContext, key: ByteString, bytes: ByteString, expiresAt: number): void {
  const { db } = context
  store(context, key, bytes)
  const entry = db.find(key)
  if (entry !== undefined) db.setExpiry(key, entry, expiresAt)
  db.notify('g', 'expire', key)
  context.propagate(['SET', key, bytes, 'PXAT', `${expiresAt}`])
}

const set: Run = (context, args) => {
  const key = argument(args, 1)
  const value = argument(args, 2)
  const { db, reply } = context
  if (args.length === 3) {
    store(context, key, value)
    reply.ok()
    return
  }
  const { condition, isGet, keepsExpiry, expiry } = setOptions(args)
  const expiresAt = expiry === null ? null : expiryTime(expiry, context.now, 'set')
  if (isGet) reply.bulkOrNull(db.readAs(key, 'string')?.bytes)
  const isThere = db.find(key) !== undefined
  if (condition === (isThere ? 'NX' : 'XX')) {
    if (!isGet) reply.null()
    return
  }
  if (expiresAt === null) {
    store(context, key, value, keepsExpiry)
    if (isGet) context.propagate(keepsExpiry ? ['SET', key, value, 'KEEPTTL'] : ['SET', key, value])
  } else storeUntil(context, key, value, expiresAt)
  if (!isGet) reply.ok()
}

const setnx: Run = (context, args) => {
  const key = argument(args, 1)
  const isThere = context.db.find(key) !== undefined
  if (!isThere) store(context, key, argument(args, 2))
  context.reply.integer(isThere ? 0 : 1)
}

function setFor(unit: 'EX' | 'PX', name: string): Run {
  return (context, args) => {
    const expiresAt = expiryTime({ unit, text: argument(args, 2) }, context.now, name)
    storeUntil(context, argument(args, 1), argument(args, 3), expiresAt)
    context.reply.ok()
  }
}

const getset: Run = (context, args) => {
  const key = argument(args, 1)
  const value = argument(args, 2)
  context.reply.bulkOrNull(context.db.readAs(key, 'string')?.bytes)
  store(context, key, value)
  context.propagate(['SET', key, value])
}

const getdel: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, reply } = context
  const value = db.readAs(key, 'string')
  reply.bulkOrNull(value?.bytes)
  if (value === undefined) return
  remove(context, key)
}

function remove(context: CommandContext, key: ByteString): void {
  context.db.delete(key)
  context.db.notify('g', 'del', key)
  context.keyspace.dirty += 1
  context.propagate(['DEL', key])
}

const getex: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, reply, now } = context
  const option = getexOption(args)
  const value = db.readAs(key, 'string')
  const expiresAt = option === null || option === 'PERSIST' ? null : value && expiryTime(option, now, 'getex')
  reply.bulkOrNull(value?.bytes)
  const entry = db.peek(key)
  if (value === undefined || entry === undefined || option === null) return
  if (option === 'PERSIST') {
    if (entry.expiresAt === null) return
    db.setExpiry(key, entry, null)
    context.changed(key, 'g', 'persist')
    context.propagate(['PERSIST', key])
  } else if (option.unit.endsWith('AT') && (expiresAt ?? 0) <= now) remove(context, key)
  else {
    db.setExpiry(key, entry, expiresAt ?? null)
    context.changed(key, 'g', 'expire')
    context.propagate(['PEXPIREAT', key, `${expiresAt}`])
  }
}

function getexOption(args: readonly ByteString[]): ExpiryOption | 'PERSIST' | null {
  let option: ExpiryOption | 'PERSIST' | null = null
  for (let at = 2; at < args.length; at += 1) {
    const unit = expiryUnit(args[at])
    if (isWord(args[at], 'PERSIST'))
      option = option === 'PERSIST' ? option : onlyOne<ExpiryOption | 'PERSIST'>(option, 'PERSIST')
    else if (unit !== null && at + 1 < args.length) {
      at += 1
      option = onlyOne<ExpiryOption | 'PERSIST'>(option, { unit, text: args[at] ?? '' })
    } else throw new CommandError(syntaxError)
  }
  return option
}

const mget: Run = ({ db, reply }, args) => {
  reply.array(args.length - 1)
  for (let at = 1; at < args.length; at += 1) {
    const value = db.read(argument(args, at))?.value
    if (value?.kind === 'string') reply.bulk(value.bytes)
    else reply.null()
  }
}

function setMany(name: string, isConditional: boolean): Run {
  return (context, args) => {
    if (args.length % 2 === 0) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
    const pairs = Array.from({ length: (args.length - 1) / 2 }, (_, pair) => 2 * pair + 1)
    if (isConditional && pairs.some((at) => context.db.find(argument(args, at)) !== undefined)) {
      context.reply.integer(0)
      return
    }
    for (const at of pairs) store(context, argument(args, at), argument(args, at + 1))
    if (isConditional) context.reply.integer(1)
    else context.reply.ok()
  }
}

const strlen: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'string')?.bytes.length ?? 0)
}

const everySecond: KeyPositions = { first: 1, last: -1, step: 2 }

/** The slice that GETRANGE gives. */
export function rangeOf(bytes: ByteString, startText: ByteString, endText: ByteString): ByteString {
  const start = integer(startText)
  const end = integer(endText)
  const { length } = bytes
  if (start < 0 && end < 0 && start > end) return ''
  const from = Math.max(0, start < 0 ? length + start : start)
  const last = Math.min(Math.max(0, end < 0 ? length + end : end), length - 1)
  return from > last ? '' : bytes.slice(from, last + 1)
}

/** Commands of whole strings. */
export const stringCommands: readonly Command[] = [
  command('get', 2, 'readonly fast @string', get, { keys: oneKey }),
  command('set', -3, 'write denyoom @string', set, { keys: oneKey }),
  command('setnx', 3, 'write denyoom fast @string', setnx, { keys: oneKey }),
  command('setex', 4, 'write denyoom @string', setFor('EX', 'setex'), { keys: oneKey }),
  command('psetex', 4, 'write denyoom @string', setFor('PX', 'psetex'), { keys: oneKey }),
  command('getset', 3, 'write denyoom fast @string', getset, { keys: oneKey }),
  command('getdel', 2, 'write fast @string', getdel, { keys: oneKey }),
  command('getex', -2, 'write fast @string', getex, { keys: oneKey }),
  command('mget', -2, 'readonly fast @string', mget, { keys: allKeys }),
  command('mset', -3, 'write denyoom @string', setMany('mset', false), { keys: everySecond }),
  command('msetnx', -3, 'write denyoom @string', setMany('msetnx', true), { keys: everySecond }),
  command('strlen', 2, 'readonly fast @string', strlen, { keys: oneKey }),
]
