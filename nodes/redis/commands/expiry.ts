// When keys expire: setting, taking back, telling it.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

const longMax = 9_223_372_036_854_775_808

interface Conditions {
  readonly isNew: boolean
  readonly isOld: boolean
  readonly isGreater: boolean
  readonly isLess: boolean
}

function conditions(args: readonly ByteString[]): Conditions {
  const words = args.slice(3)
  for (const word of words)
    if (!['NX', 'XX', 'GT', 'LT'].some((known) => isWord(word, known)))
      throw new CommandError(`ERR Unsupported option ${word}`)
  const has = (known: string): boolean => words.some((word) => isWord(word, known))
  const [isNew, isOld, isGreater, isLess] = [has('NX'), has('XX'), has('GT'), has('LT')]
  if (isNew && (isOld || isGreater || isLess))
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible')
  if (isGreater && isLess) throw new CommandError('ERR GT and LT options at the same time are not compatible')
  return { isNew, isOld, isGreater, isLess }
}

/** Whether the time that a key has lets it get another one. A key that never expires counts as infinitely far away. */
function isMet(
  { isNew, isOld, isGreater, isLess }: Conditions,
  current: number | null,
  time: number,
): boolean {
  if (isNew && current !== null) return false
  if (isOld && current === null) return false
  if (isGreater && (current === null || time <= current)) return false
  return !(isLess && current !== null && time >= current)
}

function expire(name: string, unit: 1 | 1000, isAbsolute: boolean): Run {
  return (context, args) => {
    const { db, reply, now } = context
    const key = argument(args, 1)
    const options = conditions(args)
    const given = integer(argument(args, 2)) * unit
    const wanted = isAbsolute ? given : given + now
    const time = Math.min(wanted, Number.MAX_SAFE_INTEGER)
    if (Math.abs(given) > longMax || wanted > longMax)
      throw new CommandError(`ERR invalid expire time in '${name}' command`)
    const entry = db.find(key)
    if (entry === undefined || !isMet(options, entry.expiresAt, time)) {
      reply.integer(0)
      return
    }
    if (time <= now && db.keyspace.removesExpired) {
      db.delete(key)
      db.notify('g', 'del', key)
      db.keyspace.dirty += 1
      context.propagate(['DEL', key])
    } else {
      db.setExpiry(key, entry, time)
      context.changed(key, 'g', 'expire')
      context.propagate(['PEXPIREAT', key, `${time}`])
    }
    reply.integer(1)
  }
}

const persist: Run = (context, args) => {
  const { db, reply } = context
  const key = argument(args, 1)
  const entry = db.find(key)
  const isChanged = entry !== undefined && entry.expiresAt !== null
  if (isChanged) {
    db.setExpiry(key, entry, null)
    context.changed(key, 'g', 'persist')
  }
  reply.integer(isChanged ? 1 : 0)
}

function tell(unit: 1 | 1000, isAbsolute: boolean): Run {
  return ({ db, reply, now }, args) => {
    const entry = db.peek(argument(args, 1))
    if (entry === undefined) reply.integer(-2)
    else if (entry.expiresAt === null) reply.integer(-1)
    else {
      const time = isAbsolute ? entry.expiresAt : Math.max(0, entry.expiresAt - now)
      reply.integer(unit === 1 ? time : Math.floor((time + 500) / 1000))
    }
  }
}

/** Commands of expiry. */
export const expiryCommands: readonly Command[] = [
  command('expire', -3, 'write fast @keyspace', expire('expire', 1000, false), { keys: oneKey }),
  command('pexpire', -3, 'write fast @keyspace', expire('pexpire', 1, false), { keys: oneKey }),
  command('expireat', -3, 'write fast @keyspace', expire('expireat', 1000, true), { keys: oneKey }),
  command('pexpireat', -3, 'write fast @keyspace', expire('pexpireat', 1, true), { keys: oneKey }),
  command('persist', 2, 'write fast @keyspace', persist, { keys: oneKey }),
  command('ttl', 2, 'readonly fast @keyspace', tell(1000, false), { keys: oneKey }),
  command('pttl', 2, 'readonly fast @keyspace', tell(1, false), { keys: oneKey }),
  command('expiretime', 2, 'readonly fast @keyspace', tell(1000, true), { keys: oneKey }),
  command('pexpiretime', 2, 'readonly fast @keyspace', tell(1, true), { keys: oneKey }),
]
