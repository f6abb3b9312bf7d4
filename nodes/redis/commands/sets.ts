// Sets: members one by one.

import { argument, integerIn } from './arguments.ts'
import { type Command, command, oneKey, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import { drawn } from './hashes.ts'
import { drawCount, randomCount } from './random-counts.ts'
import { addMember, orderedMembers } from './set-encoding.ts'
import { CommandError } from '../command-error.ts'
import { type ByteString, setValue, type SetValue } from '../value.ts'

const longMax = 9_223_372_036_854_775_808

const sadd: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, keyspace, reply, server } = context
  const found = db.findAs(key, 'set')
  const value = found ?? setValue()
  let added = 0
  for (let at = 2; at < args.length; at += 1)
    if (addMember(value, argument(args, at), server.limits)) added += 1
  if (found === undefined) db.add(key, value)
  if (added > 0) {
    context.changed(key, 's', 'sadd')
    keyspace.dirty += added - 1
  }
  reply.integer(added)
}

const srem: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, keyspace, reply } = context
  const members = db.findAs(key, 'set')?.members
  let removed = 0
  for (let at = 2; at < args.length; at += 1) if (members?.delete(argument(args, at)) === true) removed += 1
  if (members !== undefined && removed > 0) {
    context.changed(key, 's', 'srem')
    keyspace.dirty += removed - 1
    context.deleteIfEmpty(key, members.size)
  }
  reply.integer(removed)
}

const smove: Run = (context, args) => {
  const [source, target, member] = [argument(args, 1), argument(args, 2), argument(args, 3)]
  const { db, keyspace, reply, server } = context
  const from = db.findAs(source, 'set')
  if (from === undefined) {
    reply.integer(0)
    return
  }
  const into = db.findAs(target, 'set')
  if (source === target || !from.members.has(member)) {
    reply.integer(from.members.has(member) ? 1 : 0)
    return
  }
  from.members.delete(member)
  context.changed(source, 's', 'srem')
  context.deleteIfEmpty(source, from.members.size)
  const value = into ?? setValue()
  const isNew = addMember(value, member, server.limits)
  if (into === undefined) db.add(target, value)
  if (isNew) {
    db.touched(target)
    db.notify('s', 'sadd', target)
    keyspace.dirty += 1
  }
  reply.integer(1)
}

const scard: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'set')?.members.size ?? 0)
}

const sismember: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'set')?.members.has(argument(args, 2)) === true ? 1 : 0)
}

const smismember: Run = ({ db, reply }, args) => {
  const members = db.readAs(argument(args, 1), 'set')?.members
  reply.array(args.length - 2)
  for (let at = 2; at < args.length; at += 1) reply.integer(members?.has(argument(args, at)) === true ? 1 : 0)
}

const smembers: Run = ({ db, reply }, args) => {
  const value = db.readAs(argument(args, 1), 'set')
  reply.set(value?.members.size ?? 0)
  if (value !== undefined) for (const member of orderedMembers(value)) reply.bulk(member)
}

const spop: Run = (context, args) => {
  if (args.length > 3) throw new CommandError('ERR syntax error')
  const key = argument(args, 1)
  const { db, reply, keyspace } = context
  const count =
    args[2] === undefined
      ? null
      : integerIn(args[2], 0, longMax, 'ERR value is out of range, must be positive')
  const value = db.findAs(key, 'set')
  if (value === undefined || count === 0) {
    if (count === null) reply.null()
    else reply.set(0)
    return
  }
  const taken = takeRandom(context, value, count ?? 1)
  if (count === null) reply.bulk(taken[0] ?? '')
  else {
    reply.set(taken.length)
    for (const member of taken) reply.bulk(member)
  }
  context.changed(key, 's', 'spop')
  keyspace.dirty += taken.length - 1
  context.propagate(context.deleteIfEmpty(key, value.members.size) ? ['DEL', key] : ['SREM', key, ...taken])
}

function takeRandom(context: CommandContext, { members }: SetValue, count: number): ByteString[] {
  const taken: ByteString[] = []
  for (let left = Math.min(count, members.size); left > 0; left -= 1) {
    const member = members.random(context.keyspace.draw) ?? ''
    members.delete(member)
    taken.push(member)
  }
  return taken
}

const srandmember: Run = (context, args) => {
  if (args.length > 3) throw new CommandError('ERR syntax error')
  const { db, reply, keyspace } = context
  const count = args[2] === undefined ? null : randomCount(args[2])
  const value = db.readAs(argument(args, 1), 'set')
  if (count === null) reply.bulkOrNull(value?.members.random(keyspace.draw))
  else if (value === undefined || count === 0n) reply.array(0)
  else reply.bulks(drawn(context, orderedMembers(value), drawCount(count)))
}

/** Commands of single sets. */
export const setCommands: readonly Command[] = [
  command('sadd', -3, 'write denyoom fast @set', sadd, { keys: oneKey }),
  command('srem', -3, 'write fast @set', srem, { keys: oneKey }),
  command('smove', 4, 'write fast @set', smove, { keys: twoKeys }),
  command('scard', 2, 'readonly fast @set', scard, { keys: oneKey }),
  command('sismember', 3, 'readonly fast @set', sismember, { keys: oneKey }),
  command('smismember', -3, 'readonly fast @set', smismember, { keys: oneKey }),
  command('smembers', 2, 'readonly @set', smembers, { keys: oneKey }),
  command('spop', -2, 'write fast @set', spop, { keys: oneKey }),
  command('srandmember', -2, 'readonly @set', srandmember, { keys: oneKey }),
]
