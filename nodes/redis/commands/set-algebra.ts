// Sets together: intersection, union, difference.

import { argument, integerIn, isWord } from './arguments.ts'
import { allKeys, type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { countedKeys } from './list-moves.ts'
import { addMember, orderedMembers } from './set-encoding.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { type ByteString, setValue, type SetValue } from '../value.ts'

const longMax = 9_223_372_036_854_775_808

type Operation = (sets: readonly (SetValue | undefined)[], max?: number) => readonly ByteString[]

const intersection: Operation = (sets, max = Infinity) => {
  if (sets.includes(undefined)) return []
  const bySize = sets.filter((set) => set !== undefined).sort((a, b) => a.members.size - b.members.size)
  const [smallest, ...others] = bySize
  const found: ByteString[] = []
  if (smallest === undefined) return found
  for (const member of orderedMembers(smallest)) {
    if (!others.every(({ members }) => members.has(member))) continue
    found.push(member)
    if (found.length >= max) break
  }
  return found
}

const union: Operation = (sets) => [
  ...new Set(sets.flatMap((set) => (set === undefined ? [] : orderedMembers(set)))),
]

const difference: Operation = ([first, ...others]) =>
  first === undefined
    ? []
    : orderedMembers(first).filter((member) => !others.some((set) => set?.members.has(member) === true))

function setsOf(context: CommandContext, keys: readonly ByteString[]): readonly (SetValue | undefined)[] {
  return keys.map((key) => context.db.readAs(key, 'set'))
}

function reply(operation: Operation): Run {
  return (context, args) => {
    const found = operation(setsOf(context, args.slice(1)))
    context.reply.set(found.length)
    for (const member of found) context.reply.bulk(member)
  }
}

function store(operation: Operation, event: string): Run {
  return (context, args) => {
    const { db, keyspace, server } = context
    const target = argument(args, 1)
    const found = operation(setsOf(context, args.slice(2)))
    context.reply.integer(found.length)
    if (found.length === 0) {
      if (!db.delete(target)) return
      db.notify('g', 'del', target)
    } else {
      const value = setValue()
      for (const member of found) addMember(value, member, server.limits)
      db.set(target, value)
      db.notify('s', event, target)
    }
    keyspace.dirty += 1
  }
}

const sintercard: Run = (context, args) => {
  const count = integerIn(argument(args, 1), 1, longMax, 'ERR numkeys should be greater than 0')
  if (count > args.length - 2)
    throw new CommandError("ERR Number of keys can't be greater than number of args")
  let limit = 0
  for (let at = 2 + count; at < args.length; at += 2) {
    if (!isWord(args[at], 'LIMIT') || args[at + 1] === undefined) throw new CommandError(syntaxError)
    limit = integerIn(argument(args, at + 1), 0, longMax, "ERR LIMIT can't be negative")
  }
  const sets = setsOf(context, args.slice(2, 2 + count))
  context.reply.integer(intersection(sets, limit === 0 ? Infinity : limit).length)
}

/** Commands of several sets. */
export const setAlgebraCommands: readonly Command[] = [
  command('sinter', -2, 'readonly @set', reply(intersection), { keys: allKeys }),
  command('sunion', -2, 'readonly @set', reply(union), { keys: allKeys }),
  command('sdiff', -2, 'readonly @set', reply(difference), { keys: allKeys }),
  command('sinterstore', -3, 'write denyoom @set', store(intersection, 'sinterstore'), { keys: allKeys }),
  command('sunionstore', -3, 'write denyoom @set', store(union, 'sunionstore'), { keys: allKeys }),
  command('sdiffstore', -3, 'write denyoom @set', store(difference, 'sdiffstore'), { keys: allKeys }),
  command('sintercard', -3, 'readonly movablekeys @set', sintercard, { keys: countedKeys(1) }),
]
