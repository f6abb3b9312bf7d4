// Taking the lowest or highest members out of sorted sets, at once or as soon as there are some.

import { CommandError, syntaxError } from '../command-error.ts'
import type { ByteString, SortedSetValue } from '../value.ts'
import { argument, blockingTimeout, integer } from './arguments.ts'
import { type Command, command, type KeyPositions, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { countedKeys } from './sorted-set-algebra.ts'
import { countChanges, replyScored, type Scored } from './sorted-set-store.ts'

type End = 'min' | 'max'

/** Takes up to so many members out; the key goes with the last. */
function take(
  context: CommandContext,
  key: ByteString,
  { value, end, count }: { readonly value: SortedSetValue; readonly end: End; readonly count: number },
): readonly Scored[] {
  const { members } = value
  const { size } = members
  const taken =
    end === 'min' ? members.slice(0, count) : members.slice(size - Math.min(count, size), size).toReversed()
  for (const [member] of taken) members.delete(member)
  context.changed(key, 'z', end === 'min' ? 'zpopmin' : 'zpopmax')
  countChanges(context, taken.length)
  context.deleteIfEmpty(key, members.size)
  return taken
}

/** ZPOPMIN and ZPOPMAX. */
function pop(end: End): Run {
  return (context, args) => {
    const { db, reply } = context
    if (args.length > 3) throw new CommandError(syntaxError)
    const count = args.length === 3 ? positive(argument(args, 2)) : undefined
    const key = argument(args, 1)
    const value = db.findAs(key, 'zset')
    if (value === undefined || count === 0) {
      reply.array(0)
      return
    }
    const taken = take(context, key, { value, end, count: count ?? 1 })
    // RESP3 nests pairs only where a count was given.
    if (count !== undefined) replyScored(context, taken, true)
    else replyFlat(context, taken)
  }
}

function positive(text: ByteString): number {
  const error = 'ERR value is out of range, must be positive'
  const count = integer(text, error)
  if (count < 0) throw new CommandError(error)
  return count
}

function replyFlat({ reply }: CommandContext, pairs: readonly Scored[], key?: ByteString): void {
  reply.array(pairs.length * 2 + (key === undefined ? 0 : 1))
  if (key !== undefined) reply.bulk(key)
  for (const [member, score] of pairs) {
    reply.bulk(member)
    reply.double(score)
  }
}

/** Key and pairs, in both protocols nested. */
function replyNested({ reply }: CommandContext, key: ByteString, pairs: readonly Scored[]): void {
  reply.array(2)
  reply.bulk(key)
  reply.array(pairs.length)
  for (const [member, score] of pairs) {
    reply.array(2)
    reply.bulk(member)
    reply.double(score)
  }
}

/** BZPOPMIN and BZPOPMAX. */
function blockingPop(end: End): Run {
  return (context, args) => {
    const timeout = blockingTimeout(argument(args, args.length - 1))
    const keys = args.slice(1, -1)
    const serve = (key: ByteString, value: SortedSetValue): void => {
      const taken = take(context, key, { value, end, count: 1 })
      context.propagate([end === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key])
      replyFlat(context, taken, key)
    }
    if (!serveFirst(context, keys, serve)) waitFor(context, { keys, timeout, serve })
  }
}

type Serve = (key: ByteString, value: SortedSetValue) => void

/** Serves from the first key that holds something; whether there is one. */
function serveFirst({ db }: CommandContext, keys: readonly ByteString[], serve: Serve): boolean {
  for (const key of keys) {
    const value = db.findAs(key, 'zset')
    if (value === undefined) continue
    serve(key, value)
    return true
  }
  return false
}

function waitFor(
  context: CommandContext,
  wait: { readonly keys: readonly ByteString[]; readonly timeout: number; readonly serve: Serve },
): void {
  const { keys, timeout, serve } = wait
  context.block({
    keys,
    timeout,
    serve: (key) => {
      // Another kind of value is none that it waits for.
      const value = context.db.find(key)?.value
      if (value?.kind !== 'zset') return false
      serve(key, value)
      return true
    },
  })
}

interface MultiplePop {
  readonly keys: readonly ByteString[]
  readonly serve: Serve
}

/** Reads `numkeys key … MIN | MAX [COUNT n]`. */
function multiplePop(context: CommandContext, args: readonly ByteString[], start: number): MultiplePop {
  const tooFew = 'ERR numkeys should be greater than 0'
  const keyCount = integer(argument(args, start), tooFew)
  if (keyCount < 1) throw new CommandError(tooFew)
  const at = start + 1 + keyCount
  if (at >= args.length) throw new CommandError(syntaxError)
  const end = endOf(argument(args, at))
  const count = countOption(args, at + 1)
  const serve = (key: ByteString, value: SortedSetValue): void => {
    const taken = take(context, key, { value, end, count })
    context.propagate([end === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key, String(taken.length)])
    replyNested(context, key, taken)
  }
  return { keys: args.slice(start + 1, at), serve }
}

function endOf(text: ByteString): End {
  const word = text.toLowerCase()
  if (word === 'min' || word === 'max') return word
  throw new CommandError(syntaxError)
}

function countOption(args: readonly ByteString[], start: number): number {
  if (args.length === start) return 1
  const tooFew = 'ERR count should be greater than 0'
  if (argument(args, start).toUpperCase() !== 'COUNT' || args.length === start + 1)
    throw new CommandError(syntaxError)
  const count = integer(argument(args, start + 1), tooFew)
  if (count < 1) throw new CommandError(tooFew)
  if (args.length > start + 2) throw new CommandError(syntaxError)
  return count
}

const zmpop: Run = (context, args) => {
  const { keys, serve } = multiplePop(context, args, 1)
  if (!serveFirst(context, keys, serve)) context.reply.nullArray()
}

const bzmpop: Run = (context, args) => {
  const { keys, serve } = multiplePop(context, args, 2)
  const timeout = blockingTimeout(argument(args, 1))
  if (!serveFirst(context, keys, serve)) waitFor(context, { keys, timeout, serve })
}

const untilTimeout: KeyPositions = { first: 1, last: -2, step: 1 }
const write = 'write @sortedset'

/** Commands that take members out. */
export const sortedSetPopCommands: readonly Command[] = [
  command('zpopmin', -2, `${write} fast`, pop('min'), { keys: oneKey }),
  command('zpopmax', -2, `${write} fast`, pop('max'), { keys: oneKey }),
  command('bzpopmin', -3, `${write} noscript blocking fast`, blockingPop('min'), { keys: untilTimeout }),
  command('bzpopmax', -3, `${write} noscript blocking fast`, blockingPop('max'), { keys: untilTimeout }),
  command('zmpop', -4, `${write} movablekeys`, zmpop, { keys: countedKeys(1) }),
  command('bzmpop', -5, `${write} blocking movablekeys`, bzmpop, { keys: countedKeys(2) }),
]
