// BITFIELD: whole numbers of any width within a string, several at once.

import { CommandError, syntaxError } from '../command-error.ts'
import {
  type FieldType,
  fitted,
  type Overflow,
  parseFieldType,
  readField,
  withField,
} from '../structures/bit-field.ts'
import { paddedTo } from '../structures/bits.ts'
import type { ByteString } from '../value.ts'
import { argument, long } from './arguments.ts'
import { bitOffset, keepBytes } from './bitmaps.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { countChanges } from './sorted-set-store.ts'

interface Operation {
  readonly kind: 'get' | 'set' | 'incrby'
  readonly type: FieldType
  readonly offset: number
  readonly value: bigint
  readonly overflow: Overflow
}

function readOperations(
  context: CommandContext,
  args: readonly ByteString[],
  isReadonly: boolean,
): readonly Operation[] {
  const operations: Operation[] = []
  let overflow: Overflow = 'WRAP'
  let isWriting = false
  for (let at = 2; at < args.length;) {
    const word = argument(args, at).toLowerCase()
    const remaining = args.length - at - 1
    if (word === 'overflow' && remaining >= 1) {
      overflow = overflowOf(argument(args, at + 1))
      at += 2
      continue
    }
    const isKnown =
      (word === 'get' && remaining >= 2) || ((word === 'set' || word === 'incrby') && remaining >= 3)
    if (!isKnown) throw new CommandError(syntaxError)
    const type = fieldType(argument(args, at + 1))
    const offset = bitOffset(context, argument(args, at + 2), type.bits)
    const kind = word === 'get' || word === 'set' ? word : 'incrby'
    if (kind !== 'get') isWriting = true
    const value = kind === 'get' ? 0n : long(argument(args, at + 3))
    operations.push({ kind, type, offset, value, overflow })
    at += kind === 'get' ? 3 : 4
  }
  if (isReadonly && isWriting) throw new CommandError('ERR BITFIELD_RO only supports the GET subcommand')
  return operations
}

function overflowOf(text: ByteString): Overflow {
  const word = text.toUpperCase()
  if (word === 'WRAP' || word === 'SAT' || word === 'FAIL') return word
  throw new CommandError('ERR Invalid OVERFLOW type specified')
}

function fieldType(text: ByteString): FieldType {
  const type = parseFieldType(text)
  if (type === undefined) {
    throw new CommandError(
      'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
    )
  }
  return type
}

function bitfield(isReadonly: boolean): Run {
  return (context, args) => {
    const { db, reply } = context
    const key = argument(args, 1)
    const operations = readOperations(context, args, isReadonly)
    const writes = operations.filter(({ kind }) => kind !== 'get')
    const found = writes.length > 0 ? db.findAs(key, 'string') : db.readAs(key, 'string')
    // As in Redis the string grows first, even for what then does not fit.
    const end = Math.max(0, ...writes.map(({ offset, type }) => Math.ceil((offset + type.bits) / 8)))
    let bytes = paddedTo(found?.bytes ?? '', end)
    let changes = 0
    reply.array(operations.length)
    for (const operation of operations) {
      const [next, answer] = applied(bytes, operation)
      bytes = next
      if (answer === undefined) reply.null()
      else {
        reply.integer(answer)
        if (operation.kind !== 'get') changes++
      }
    }
    if (writes.length > 0) keepBytes(context, key, bytes)
    if (changes > 0) {
      context.changed(key, '$', 'setbit')
      countChanges(context, changes)
    }
  }
}

/** The string after an operation, and the reply; undefined where the number did not fit. */
function applied(
  bytes: ByteString,
  { kind, type, offset, value, overflow }: Operation,
): readonly [bytes: ByteString, answer: bigint | undefined] {
  const current = readField(bytes, offset, type)
  if (kind === 'get') return [bytes, current]
  const given = type.isSigned ? signedGiven(value, type) : BigInt.asUintN(64, value)
  const next = fitted(kind === 'set' ? given : current + value, type, overflow)
  if (next === undefined) return [bytes, undefined]
  return [withField(bytes, offset, type.bits, next), kind === 'set' ? current : next]
}

/**
 * What is set into an unsigned field is taken for unsigned itself: -1 is far above the field's bounds. So is for a signed one what
 * lies so far below it that Redis's distance to its upper bound does not fit 64 bits.
 */
function signedGiven(value: bigint, { bits }: FieldType): bigint {
  const isTooFar = bits < 64 && value < (1n << BigInt(bits - 1)) - (1n << 63n)
  return isTooFar ? value + (1n << 64n) : value
}

/** Commands of bit fields. */
export const bitFieldCommands: readonly Command[] = [
  command('bitfield', -2, 'write denyoom @bitmap', bitfield(false), { keys: oneKey }),
  command('bitfield_ro', -2, 'readonly fast @bitmap', bitfield(true), { keys: oneKey }),
]
