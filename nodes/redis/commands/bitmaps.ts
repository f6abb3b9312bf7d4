// Strings as rows of bits: setting, reading, counting, finding, joining. Bit 0 is the highest of the first byte.

import { CommandError, syntaxError } from '../command-error.ts'
import { bitAt, type BitOperation, countBits, findBit, joinBits, withBit } from '../structures/bits.ts'
import { type ByteString, stringValue } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'

const offsetError = 'ERR bit offset is not an integer or out of range'

/** A bit's number. `#n` (where that is allowed) is the nth field of so many bits. */
export function bitOffset(context: CommandContext, text: ByteString, bits = 0): number {
  const isCounted = bits > 0 && text.startsWith('#')
  const given = integer(isCounted ? text.slice(1) : text, offsetError)
  const offset = isCounted ? given * bits : given
  const limit = context.client.role === 'client' ? context.server.limits.protoMaxBulk * 8 : Infinity
  if (offset < 0 || offset >= limit) throw new CommandError(offsetError)
  return offset
}

/** Puts a changed string back where it was found; its time to live stays. */
export function keepBytes({ db }: CommandContext, key: ByteString, bytes: ByteString): void {
  const found = db.findAs(key, 'string')
  if (found === undefined) db.add(key, stringValue(bytes, true))
  else {
    found.bytes = bytes
    found.isRaw = true
  }
}

const setbit: Run = (context, args) => {
  const key = argument(args, 1)
  const offset = bitOffset(context, argument(args, 2))
  const bit = argument(args, 3)
  if (bit !== '0' && bit !== '1') throw new CommandError('ERR bit is not an integer or out of range')
  const found = context.db.findAs(key, 'string')
  // Looked at for writing, a string takes the form that can be changed.
  if (found !== undefined) found.isRaw = true
  const bytes = found?.bytes ?? ''
  const before = bitAt(bytes, offset)
  const value = bit === '1' ? 1 : 0
  if (before !== value || offset >= bytes.length * 8) {
    keepBytes(context, key, withBit(bytes, offset, value))
    context.changed(key, '$', 'setbit')
  }
  context.reply.integer(before)
}

const getbit: Run = (context, args) => {
  const offset = bitOffset(context, argument(args, 2))
  context.reply.integer(bitAt(context.db.readAs(argument(args, 1), 'string')?.bytes ?? '', offset))
}

/** The bits from `start` to `end` (negative from the end), counted in bytes or bits. */
interface Span {
  readonly from: number
  readonly to: number
}

function span(start: number, end: number, { length, isBits }: { length: number; isBits: boolean }): Span {
  const size = isBits ? length * 8 : length
  const first = Math.max(0, start < 0 ? size + start : start)
  const last = Math.min(size - 1, Math.max(0, end < 0 ? size + end : end))
  if (first > last) return { from: 0, to: 0 }
  return isBits ? { from: first, to: last + 1 } : { from: first * 8, to: (last + 1) * 8 }
}

function isCountedInBits(text: ByteString): boolean {
  const word = text.toUpperCase()
  if (word !== 'BIT' && word !== 'BYTE') throw new CommandError(syntaxError)
  return word === 'BIT'
}

const bitcount: Run = ({ db, reply }, args) => {
  const bytes = db.readAs(argument(args, 1), 'string')?.bytes
  if (bytes === undefined) {
    reply.integer(0)
    return
  }
  const { length } = bytes
  if (args.length === 2) {
    reply.integer(countBits(bytes, 0, length * 8))
    return
  }
  if (args.length !== 4 && args.length !== 5) throw new CommandError(syntaxError)
  const [start, end] = [integer(argument(args, 2)), integer(argument(args, 3))]
  if (start < 0 && end < 0 && start > end) {
    reply.integer(0)
    return
  }
  const isBits = args.length === 5 && isCountedInBits(argument(args, 4))
  const { from, to } = span(start, end, { length, isBits })
  reply.integer(countBits(bytes, from, to))
}

const bitpos: Run = ({ db, reply }, args) => {
  const given = integer(argument(args, 2))
  if (given !== 0 && given !== 1) throw new CommandError('ERR The bit argument must be 1 or 0.')
  const bit = given === 1 ? 1 : 0
  const bytes = db.readAs(argument(args, 1), 'string')?.bytes
  if (bytes === undefined) {
    reply.integer(bit === 1 ? -1 : 0)
    return
  }
  const { length } = bytes
  if (args.length > 6) throw new CommandError(syntaxError)
  const start = args.length > 3 ? integer(argument(args, 3)) : 0
  const isBits = args.length === 6 && isCountedInBits(argument(args, 5))
  const hasEnd = args.length > 4
  const { from, to } = span(start, hasEnd ? integer(argument(args, 4)) : -1, { length, isBits })
  if (from >= to) {
    reply.integer(-1)
    return
  }
  const found = findBit(bytes, bit, from, to)
  // Beyond the string there are zeros, unless the caller said where to stop.
  reply.integer(found < 0 && bit === 0 && !hasEnd ? length * 8 : found)
}

const bitop: Run = (context, args) => {
  const { db, reply } = context
  const operation = operationOf(argument(args, 1))
  if (operation === 'NOT' && args.length !== 4)
    throw new CommandError('ERR BITOP NOT must be called with a single source key.')
  const sources = args.slice(3).map((key) => db.readAs(key, 'string')?.bytes ?? '')
  const bytes = joinBits(operation, sources)
  const key = argument(args, 2)
  if (bytes !== '') {
    db.set(key, stringValue(bytes, true))
    context.changed(key, '$', 'set')
  } else if (db.delete(key)) context.changed(key, 'g', 'del')
  reply.integer(bytes.length)
}

function operationOf(text: ByteString): BitOperation {
  const word = text.toUpperCase()
  if (word === 'AND' || word === 'OR' || word === 'XOR' || word === 'NOT') return word
  throw new CommandError(syntaxError)
}

/** Commands of bitmaps. */
export const bitmapCommands: readonly Command[] = [
  command('setbit', 4, 'write denyoom @bitmap', setbit, { keys: oneKey }),
  command('getbit', 3, 'readonly fast @bitmap', getbit, { keys: oneKey }),
  command('bitcount', -2, 'readonly @bitmap', bitcount, { keys: oneKey }),
  command('bitpos', -3, 'readonly @bitmap', bitpos, { keys: oneKey }),
  command('bitop', -4, 'write denyoom @bitmap', bitop, { keys: { first: 2, last: -1, step: 1 } }),
]
