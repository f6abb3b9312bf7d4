// Sorted sets: adding, removing, scores, ranks and ranges. Algebra, pops and random members are in files of their own.

import { CommandError, notFloat, syntaxError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'
import { parseDouble } from '../structures/number-text.ts'
import type { ByteString } from '../value.ts'
import { argument } from './arguments.ts'
import { type Command, command, oneKey, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import {
  type Range,
  type RangeForm,
  lexRange,
  rangeQuery,
  rankRange,
  scoreRange,
  selected,
} from './sorted-set-ranges.ts'
import { countChanges, moveTo, replyScored, setScore, sortedSetFor, storeScored } from './sorted-set-store.ts'

/** A score; no NaN. */
export function score(text: ByteString, error: string = notFloat): number {
  const value = parseInteger(text) ?? parseDouble(text)
  if (value === undefined) throw new CommandError(error)
  return value
}

interface AddOptions {
  nx: boolean
  xx: boolean
  gt: boolean
  lt: boolean
  ch: boolean
  incr: boolean
}

function addOptions(args: readonly ByteString[], isIncrement: boolean): readonly [AddOptions, next: number] {
  const options: AddOptions = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: isIncrement }
  let at = 2
  for (; at < args.length; at++) {
    const given = argument(args, at)
    if (given.length > 4) break
    const word = given.toLowerCase()
    if (!(
      word === 'nx' ||
      word === 'xx' ||
      word === 'gt' ||
      word === 'lt' ||
      word === 'ch' ||
      word === 'incr'
    ))
      break
    options[word] = true
  }
  const count = args.length - at
  if (count === 0 || count % 2 === 1) throw new CommandError(syntaxError)
  const { nx, xx, gt, lt, incr } = options
  if (nx && xx) throw new CommandError('ERR XX and NX options at the same time are not compatible')
  if ((gt && nx) || (lt && nx) || (gt && lt))
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  if (incr && count > 2) throw new CommandError('ERR INCR option supports a single increment-element pair')
  return [options, at]
}

/** The score that a member gets, or undefined where the options leave it as it is. */
function nextScore(current: number | undefined, given: number, options: AddOptions): number | undefined {
  if (current === undefined) return options.xx ? undefined : given
  if (options.nx) return undefined
  const next = options.incr ? current + given : given
  if (Number.isNaN(next)) throw new CommandError('ERR resulting score is not a number (NaN)')
  if ((options.lt && next >= current) || (options.gt && next <= current)) return undefined
  return next
}

function add(context: CommandContext, args: readonly ByteString[], isIncrement: boolean): void {
  const { db, reply } = context
  const key = argument(args, 1)
  const [options, start] = addOptions(args, isIncrement)
  const pairs: (readonly [ByteString, number])[] = []
  for (let at = start; at < args.length; at += 2)
    pairs.push([argument(args, at + 1), score(argument(args, at))])
  const isThere = db.findAs(key, 'zset') !== undefined
  const result = { added: 0, updated: 0, score: undefined as number | undefined }
  if (isThere || !options.xx) addAll(context, key, { pairs, options, result })
  if (result.added + result.updated > 0) {
    context.changed(key, 'z', options.incr ? 'zincr' : 'zadd')
    countChanges(context, result.added + result.updated)
  }
  if (!options.incr) reply.integer(options.ch ? result.added + result.updated : result.added)
  else if (result.score === undefined) reply.null()
  else reply.double(result.score)
}

function addAll(
  context: CommandContext,
  key: ByteString,
  work: {
    readonly pairs: readonly (readonly [ByteString, number])[]
    readonly options: AddOptions
    readonly result: { added: number; updated: number; score: number | undefined }
  },
): void {
  const value = sortedSetFor(context, key)
  const { result } = work
  for (const [member, given] of work.pairs) {
    const current = value.members.score(member)
    const next = nextScore(current, given, work.options)
    if (next === undefined) continue
    result.score = next
    if (current === next) continue
    if (current === undefined) {
      setScore(context, value, member, next)
      result.added++
    } else {
      moveTo(value, member, next)
      result.updated++
    }
  }
}

/** ZADD. */
export const zadd: Run = (context, args) => {
  add(context, args, false)
}

const zincrby: Run = (context, args) => {
  add(context, args, true)
}

const zrem: Run = (context, args) => {
  const key = argument(args, 1)
  const members = context.db.findAs(key, 'zset')?.members
  let removed = 0
  for (const member of args.slice(2)) if (members?.delete(member) === true) removed++
  if (members !== undefined && removed > 0) {
    context.changed(key, 'z', 'zrem')
    countChanges(context, removed)
    context.deleteIfEmpty(key, members.size)
  }
  context.reply.integer(removed)
}

/** ZREMRANGEBY…: the event is the command's name. */
function removeRange(event: string, readRange: (min: ByteString, max: ByteString) => Range): Run {
  return (context, args) => {
    const key = argument(args, 1)
    const range = readRange(argument(args, 2), argument(args, 3))
    const members = context.db.findAs(key, 'zset')?.members
    const gone = members?.slice(...range(members)) ?? []
    for (const [member] of gone) members?.delete(member)
    if (members !== undefined && gone.length > 0) {
      context.changed(key, 'z', event)
      countChanges(context, gone.length)
      context.deleteIfEmpty(key, members.size)
    }
    context.reply.integer(gone.length)
  }
}

const zcard: Run = ({ db, reply }, args) => {
  reply.integer(db.readAs(argument(args, 1), 'zset')?.members.size ?? 0)
}

/** ZCOUNT and ZLEXCOUNT. */
function countRange(readRange: (min: ByteString, max: ByteString) => Range): Run {
  return ({ db, reply }, args) => {
    const range = readRange(argument(args, 2), argument(args, 3))
    const members = db.readAs(argument(args, 1), 'zset')?.members
    const [from, to] = members === undefined ? [0, 0] : range(members)
    reply.integer(to - from)
  }
}

const zscore: Run = ({ db, reply }, args) => {
  const found = db.readAs(argument(args, 1), 'zset')?.members.score(argument(args, 2))
  if (found === undefined) reply.null()
  else reply.double(found)
}

const zmscore: Run = ({ db, reply }, args) => {
  const members = db.readAs(argument(args, 1), 'zset')?.members
  reply.array(args.length - 2)
  for (const member of args.slice(2)) {
    const found = members?.score(member)
    if (found === undefined) reply.null()
    else reply.double(found)
  }
}

function rank(isReversed: boolean): Run {
  return ({ db, reply }, args) => {
    const members = db.readAs(argument(args, 1), 'zset')?.members
    const found = members?.rank(argument(args, 2))
    if (members === undefined || found === undefined) reply.null()
    else reply.integer(isReversed ? members.size - 1 - found : found)
  }
}

function range(form: RangeForm): Run {
  return (context, args) => {
    const query = rangeQuery(args, 2, form)
    const members = context.db.readAs(argument(args, 1), 'zset')?.members
    replyScored(context, members === undefined ? [] : selected(members, query), query.hasScores)
  }
}

const zrangestore: Run = (context, args) => {
  const query = rangeQuery(args, 3, { isStored: true })
  const members = context.db.readAs(argument(args, 2), 'zset')?.members
  storeScored(
    context,
    argument(args, 1),
    members === undefined ? [] : selected(members, query),
    'zrangestore',
  )
}

const read = 'readonly @sortedset'
const write = 'write @sortedset'
const keys = oneKey

/** Commands of sorted sets. */
export const sortedSetCommands: readonly Command[] = [
  command('zadd', -4, `${write} denyoom fast`, zadd, { keys }),
  command('zincrby', 4, `${write} denyoom fast`, zincrby, { keys }),
  command('zrem', -3, `${write} fast`, zrem, { keys }),
  command('zremrangebyrank', 4, write, removeRange('zremrangebyrank', rankRange), { keys }),
  command('zremrangebyscore', 4, write, removeRange('zremrangebyscore', scoreRange), { keys }),
  command('zremrangebylex', 4, write, removeRange('zremrangebylex', lexRange), { keys }),
  command('zcard', 2, `${read} fast`, zcard, { keys }),
  command('zcount', 4, `${read} fast`, countRange(scoreRange), { keys }),
  command('zlexcount', 4, `${read} fast`, countRange(lexRange), { keys }),
  command('zscore', 3, `${read} fast`, zscore, { keys }),
  command('zmscore', -3, `${read} fast`, zmscore, { keys }),
  command('zrank', 3, `${read} fast`, rank(false), { keys }),
  command('zrevrank', 3, `${read} fast`, rank(true), { keys }),
  command('zrange', -4, read, range({}), { keys }),
  command('zrevrange', -4, read, range({ by: 'rank', isReversed: true }), { keys }),
  command('zrangebyscore', -4, read, range({ by: 'score', isReversed: false }), { keys }),
  command('zrevrangebyscore', -4, read, range({ by: 'score', isReversed: true }), { keys }),
  command('zrangebylex', -4, read, range({ by: 'bytes', isReversed: false }), { keys }),
  command('zrevrangebylex', -4, read, range({ by: 'bytes', isReversed: true }), { keys }),
  command('zrangestore', -5, `${write} denyoom`, zrangestore, { keys: twoKeys }),
]
