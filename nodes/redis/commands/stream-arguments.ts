// Reads what commands of streams have in common: ids, bounds of ranges, trimming; and replies entries.

import { CommandError, syntaxError } from '../command-error.ts'
import { idAfter, idBefore, idText, parseId, streamIdMax, streamIdMin } from '../structures/stream-id.ts'
import type { StreamEntry, StreamId, TrimGoal } from '../structures/stream.ts'
import type { ByteString } from '../value.ts'
import { argument, integer } from './arguments.ts'
import type { CommandContext } from './context.ts'

const invalidId = 'ERR Invalid stream ID specified as stream command argument'

/** `ms-seq` or `ms`, whose sequence number is then 0 or what is given. */
export function streamId(text: ByteString, missingSeq = 0n): StreamId {
  const id = parseId(text, missingSeq)
  if (id === undefined) throw new CommandError(invalidId)
  return id
}

/** The bound of a range: an id, `-`, `+`, or `(id` for one that is not part of it. */
export function intervalStart(text: ByteString): StreamId {
  return interval(text, { missingSeq: 0n, next: idAfter, error: 'ERR invalid start ID for the interval' })
}

/** The same for its end. */
export function intervalEnd(text: ByteString): StreamId {
  return interval(text, {
    missingSeq: streamIdMax.seq,
    next: idBefore,
    error: 'ERR invalid end ID for the interval',
  })
}

function interval(
  text: ByteString,
  rule: {
    readonly missingSeq: bigint
    readonly next: (id: StreamId) => StreamId | undefined
    readonly error: string
  },
): StreamId {
  if (text === '-') return streamIdMin
  if (text === '+') return streamIdMax
  if (text.length < 2 || !text.startsWith('(')) return streamId(text, rule.missingSeq)
  const id = rule.next(streamId(text.slice(1), rule.missingSeq))
  if (id === undefined) throw new CommandError(rule.error)
  return id
}

/** How a stream is trimmed. */
export interface Trim {
  readonly goal: TrimGoal
  readonly isApproximate: boolean
  /** 0: any number. */
  readonly limit: number
  /** Where the goal stands in the arguments. */
  readonly at: number
}

/** What XADD and XTRIM read before the id. */
export interface TrimArguments {
  readonly trim: Trim | undefined
  readonly makesStream: boolean
  /** Where what is no option stands. */
  readonly next: number
}

/** At most so many entries go in one approximate trim that says nothing else: a hundred nodes. */
const limitDefault = 10_000

/** Reads `[NOMKSTREAM] [MAXLEN | MINID [= | ~] goal [LIMIT n]]` from index 2; `isAdd` where an id follows. */
export function trimArguments(
  context: CommandContext,
  args: readonly ByteString[],
  isAdd: boolean,
): TrimArguments {
  let goal: (TrimGoal & { readonly at: number; readonly isApproximate: boolean }) | undefined
  let limit: number | undefined
  let makesStream = true
  let at = 2
  for (; at < args.length; at++) {
    const word = argument(args, at).toLowerCase()
    const following = args.length - 1 - at
    if (isAdd && word === '*') break
    if ((word === 'maxlen' || word === 'minid') && following > 0) {
      if (goal !== undefined)
        throw new CommandError(
          'ERR syntax error, MAXLEN and MINID options at the same time are not compatible',
        )
      goal = trimGoal(args, at + 1, word)
      at = goal.at
    } else if (word === 'limit' && following > 0) {
      limit = integer(argument(args, ++at))
      if (limit < 0) throw new CommandError('ERR The LIMIT argument must be >= 0.')
    } else if (isAdd && word === 'nomkstream') makesStream = false
    else if (isAdd) break
    else throw new CommandError(syntaxError)
  }
  // An id that is none is told before options that do not go together.
  if (isAdd && at < args.length) addedId(argument(args, at))
  if (limit !== undefined && limit > 0 && goal === undefined) {
    throw new CommandError('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy')
  }
  if (!isAdd && goal === undefined)
    throw new CommandError('ERR syntax error, XTRIM must be called with a trimming strategy')
  const isOurs = context.client.role !== 'master'
  if (isOurs && limit !== undefined && goal?.isApproximate !== true)
    throw new CommandError('ERR syntax error, LIMIT cannot be used without the special ~ option')
  const trim = goal && {
    goal,
    at: goal.at,
    isApproximate: goal.isApproximate,
    limit: isOurs && goal.isApproximate ? (limit ?? limitDefault) : 0,
  }
  return { trim, makesStream, next: at }
}

function trimGoal(
  args: readonly ByteString[],
  start: number,
  word: 'maxlen' | 'minid',
): TrimGoal & { readonly at: number; readonly isApproximate: boolean } {
  const sign = argument(args, start)
  const hasSign = (sign === '~' || sign === '=') && start + 1 < args.length
  const at = hasSign ? start + 1 : start
  const isApproximate = hasSign && sign === '~'
  const text = argument(args, at)
  if (word === 'minid') return { kind: 'id', id: streamId(text), at, isApproximate }
  const length = integer(text)
  if (length < 0) throw new CommandError('ERR The MAXLEN argument must be >= 0.')
  return { kind: 'length', length, at, isApproximate }
}

/** The id of an entry to be added: given, given but for its sequence number, or to be made. */
export type AddedId =
  | { readonly kind: 'given'; readonly id: StreamId }
  | { readonly kind: 'partly'; readonly ms: bigint }
  | { readonly kind: 'made' }

/** Reads `*`, `ms-*`, `ms-seq` or `ms`. */
export function addedId(text: ByteString): AddedId {
  if (text === '*') return { kind: 'made' }
  if (text.endsWith('-*')) return { kind: 'partly', ms: streamId(text.slice(0, -2)).ms }
  return { kind: 'given', id: streamId(text) }
}

/** Replies an entry: its id, and its fields with values. */
export function replyEntry({ reply }: CommandContext, [id, fields]: StreamEntry): void {
  reply.array(2)
  reply.bulk(idText(id))
  reply.bulks(fields)
}

export function replyEntries(context: CommandContext, entries: readonly StreamEntry[]): void {
  context.reply.array(entries.length)
  for (const entry of entries) replyEntry(context, entry)
}
