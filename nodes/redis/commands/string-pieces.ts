// Strings in pieces: appending, ranges, and the longest common subsequence.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import { rangeOf } from './strings.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { commonSubsequence, type Match } from '../structures/common-subsequence.ts'
import { type ByteString, stringValue } from '../value.ts'

/** Bytes of table that LCS may fill. */
const tableMax = 512 * 1024 * 1024

function demandSize(context: CommandContext, size: number): void {
  if (size > context.server.limits.protoMaxBulk)
    throw new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)')
}

const append: Run = (context, args) => {
  const key = argument(args, 1)
  const piece = argument(args, 2)
  const { db, reply } = context
  const value = db.findAs(key, 'string')
  if (value === undefined) db.add(key, stringValue(piece))
  else {
    demandSize(context, value.bytes.length + piece.length)
    value.bytes += piece
    value.isRaw = true
  }
  context.changed(key, '$', 'append')
  reply.integer((value?.bytes ?? piece).length)
}

const setrange: Run = (context, args) => {
  const key = argument(args, 1)
  const offset = integer(argument(args, 2))
  const piece = argument(args, 3)
  const { db, reply } = context
  if (offset < 0) throw new CommandError('ERR offset is out of range')
  const value = db.findAs(key, 'string')
  if (piece === '') {
    reply.integer(value?.bytes.length ?? 0)
    return
  }
  demandSize(context, offset + piece.length)
  const old = value?.bytes ?? ''
  const bytes = `${old.slice(0, offset).padEnd(offset, '\0')}${piece}${old.slice(offset + piece.length)}`
  if (value === undefined) db.add(key, stringValue(bytes, true))
  else {
    value.bytes = bytes
    value.isRaw = true
  }
  context.changed(key, '$', 'setrange')
  reply.integer(bytes.length)
}

const getrange: Run = ({ db, reply }, args) => {
  integer(argument(args, 2))
  integer(argument(args, 3))
  const value = db.readAs(argument(args, 1), 'string')
  reply.bulk(rangeOf(value?.bytes ?? '', argument(args, 2), argument(args, 3)))
}

interface LcsOptions {
  isLength: boolean
  isIndexes: boolean
  withLengths: boolean
  lengthMin: number
}

function lcsOptions(args: readonly ByteString[]): LcsOptions {
  const options: LcsOptions = { isLength: false, isIndexes: false, withLengths: false, lengthMin: 0 }
  for (let at = 3; at < args.length; at += 1) {
    const word = args[at]
    if (isWord(word, 'IDX')) options.isIndexes = true
    else if (isWord(word, 'LEN')) options.isLength = true
    else if (isWord(word, 'WITHMATCHLEN')) options.withLengths = true
    else if (isWord(word, 'MINMATCHLEN') && at + 1 < args.length) {
      at += 1
      options.lengthMin = Math.max(0, integer(argument(args, at)))
    } else throw new CommandError(syntaxError)
  }
  if (options.isIndexes && options.isLength)
    throw new CommandError('ERR If you want both the length and indexes, please just use IDX.')
  return options
}

const lcs: Run = ({ db, reply }, args) => {
  const [first, second] = [db.read(argument(args, 1))?.value, db.read(argument(args, 2))?.value]
  if ((first?.kind ?? 'string') !== 'string' || (second?.kind ?? 'string') !== 'string')
    throw new CommandError('ERR The specified keys must contain string values')
  const options = lcsOptions(args)
  const a = first?.kind === 'string' ? first.bytes : ''
  const b = second?.kind === 'string' ? second.bytes : ''
  if ((a.length + 1) * (b.length + 1) * 4 > tableMax)
    throw new CommandError('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
  const { text, matches } = commonSubsequence(a, b)
  if (options.isLength) reply.integer(text.length)
  else if (options.isIndexes) {
    const shown = matches.filter(({ length }) => length >= options.lengthMin)
    reply.map(2)
    reply.bulk('matches')
    reply.array(shown.length)
    for (const match of shown) writeMatch(reply, match, options.withLengths)
    reply.bulk('len')
    reply.integer(text.length)
  } else reply.bulk(text)
}

function writeMatch(reply: CommandContext['reply'], { a, b, length }: Match, withLength: boolean): void {
  reply.array(withLength ? 3 : 2)
  for (const start of [a, b]) {
    reply.array(2)
    reply.integer(start)
    reply.integer(start + length - 1)
  }
  if (withLength) reply.integer(length)
}

/** Commands of pieces of strings. */
export const stringPieceCommands: readonly Command[] = [
  command('append', 3, 'write denyoom fast @string', append, { keys: oneKey }),
  command('setrange', 4, 'write denyoom @string', setrange, { keys: oneKey }),
  command('getrange', 4, 'readonly @string', getrange, { keys: oneKey }),
  command('substr', 4, 'readonly @string', getrange, { keys: oneKey }),
  command('lcs', -3, 'readonly @string', lcs, { keys: twoKeys }),
]
