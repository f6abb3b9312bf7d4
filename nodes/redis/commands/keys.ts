// Keys whatever they hold: removing, renaming, copying, counting them.

import { argument, integer, isWord } from './arguments.ts'
import { allKeys, type Command, command, oneKey, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import { CommandError, noSuchKey, syntaxError } from '../command-error.ts'
import type { Database } from '../database.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString, Entry } from '../value.ts'
import { copyOf } from '../value-copy.ts'

const del: Run = ({ db, keyspace, reply }, args) => {
  let removed = 0
  for (let at = 1; at < args.length; at += 1) {
    const key = argument(args, at)
    if (!db.delete(key)) continue
    db.notify('g', 'del', key)
    removed += 1
  }
  keyspace.dirty += removed
  reply.integer(removed)
}

function counting(find: (db: Database, key: ByteString) => unknown): Run {
  return ({ db, reply }, args) => {
    let count = 0
    for (let at = 1; at < args.length; at += 1) if (find(db, argument(args, at)) !== undefined) count += 1
    reply.integer(count)
  }
}

const type: Run = ({ db, reply }, args) => {
  reply.simple(db.peek(argument(args, 1))?.value.kind ?? 'none')
}

const keys: Run = ({ db, reply }, args) => {
  const pattern = argument(args, 1)
  const found: ByteString[] = []
  for (const [key] of Array.from(db.entries())) if (matchesGlob(pattern, key) && db.has(key)) found.push(key)
  reply.bulks(found)
}

const randomkey: Run = ({ db, reply }) => {
  reply.bulkOrNull(db.randomKey())
}

const dbsize: Run = ({ db, reply }) => {
  reply.integer(db.size)
}

function place(db: Database, key: ByteString, { value, expiresAt }: Entry): void {
  db.delete(key)
  const entry = db.add(key, value)
  if (expiresAt !== null) db.setExpiry(key, entry, expiresAt)
}

function rename(context: CommandContext, args: readonly ByteString[], isConditional: boolean): boolean {
  const { db, keyspace } = context
  const [source, target] = [argument(args, 1), argument(args, 2)]
  const entry = db.find(source)
  if (entry === undefined) throw new CommandError(noSuchKey)
  if (source === target) return !isConditional
  if (isConditional && db.find(target) !== undefined) return false
  const { value, expiresAt } = entry
  db.delete(source)
  place(db, target, { ...entry, value, expiresAt })
  db.notify('g', 'rename_from', source)
  db.notify('g', 'rename_to', target)
  keyspace.dirty += 1
  return true
}

function database(context: CommandContext, text: ByteString): Database {
  const db = context.keyspace.databases[integer(text)]
  if (db === undefined) throw new CommandError('ERR DB index is out of range')
  return db
}

const copy: Run = (context, args) => {
  const { db, keyspace, reply } = context
  const [source, target] = [argument(args, 1), argument(args, 2)]
  let into = db
  let isReplacing = false
  for (let at = 3; at < args.length; at += 1) {
    if (isWord(args[at], 'REPLACE')) isReplacing = true
    else if (isWord(args[at], 'DB') && at + 1 < args.length) {
      at += 1
      into = database(context, argument(args, at))
    } else throw new CommandError(syntaxError)
  }
  if (into === db && source === target)
    throw new CommandError('ERR source and destination objects are the same')
  const entry = db.read(source)
  if (entry === undefined || (into.find(target) !== undefined && !isReplacing)) {
    reply.integer(0)
    return
  }
  place(into, target, { ...entry, value: copyOf(entry.value) })
  into.notify('g', 'copy_to', target)
  keyspace.dirty += 1
  reply.integer(1)
}

const move: Run = (context, args) => {
  const { db, keyspace, reply } = context
  const key = argument(args, 1)
  const into = database(context, argument(args, 2))
  if (into === db) throw new CommandError('ERR source and destination objects are the same')
  const entry = db.find(key)
  if (entry === undefined || into.find(key) !== undefined) {
    reply.integer(0)
    return
  }
  db.delete(key)
  place(into, key, entry)
  db.notify('g', 'move_from', key)
  into.notify('g', 'move_to', key)
  keyspace.dirty += 1
  reply.integer(1)
}

const swapdb: Run = (context, args) => {
  const index = (text: ByteString, which: string): number => integer(text, `ERR invalid ${which} DB index`)
  const first = index(argument(args, 1), 'first')
  const second = index(argument(args, 2), 'second')
  const { databases } = context.keyspace
  if (databases[first] === undefined || databases[second] === undefined)
    throw new CommandError('ERR DB index is out of range')
  if (first !== second) context.keyspace.swap(first, second)
  context.keyspace.dirty += 1
  context.reply.ok()
}

function flush(isAll: boolean): Run {
  return ({ db, keyspace, reply }, args) => {
    if (args.length > 2 || (args.length === 2 && !isWord(args[1], 'ASYNC') && !isWord(args[1], 'SYNC')))
      throw new CommandError(syntaxError)
    for (const each of isAll ? keyspace.databases : [db]) keyspace.dirty += each.clear()
    // Told even where there was nothing, as in Redis: a copy may hold what expired here.
    keyspace.dirty += 1
    reply.ok()
  }
}

/** Commands of keys whatever they hold. */
export const keyCommands: readonly Command[] = [
  command('del', -2, 'write @keyspace', del, { keys: allKeys }),
  command('unlink', -2, 'write fast @keyspace', del, { keys: allKeys }),
  command(
    'exists',
    -2,
    'readonly fast @keyspace',
    counting((db, key) => db.read(key)),
    { keys: allKeys },
  ),
  command(
    'touch',
    -2,
    'readonly fast @keyspace',
    counting((db, key) => db.read(key)),
    { keys: allKeys },
  ),
  command('type', 2, 'readonly fast @keyspace', type, { keys: oneKey }),
  command('keys', 2, 'readonly @keyspace @dangerous', keys),
  command('randomkey', 1, 'readonly @keyspace', randomkey),
  command('dbsize', 1, 'readonly fast @keyspace', dbsize),
  command(
    'rename',
    3,
    'write @keyspace',
    (context, args) => {
      rename(context, args, false)
      context.reply.ok()
    },
    { keys: twoKeys },
  ),
  command(
    'renamenx',
    3,
    'write fast @keyspace',
    (context, args) => {
      context.reply.integer(rename(context, args, true) ? 1 : 0)
    },
    { keys: twoKeys },
  ),
  command('copy', -3, 'write denyoom @keyspace', copy, { keys: twoKeys }),
  command('move', 3, 'write fast @keyspace', move, { keys: oneKey }),
  command('swapdb', 3, 'write fast @keyspace @dangerous', swapdb),
  command('flushdb', -1, 'write @keyspace @dangerous', flush(false)),
  command('flushall', -1, 'write @keyspace @dangerous', flush(true)),
]
