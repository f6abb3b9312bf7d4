// Strings that are numbers: INCR and its kin.

import { argument, long } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { CommandError, notFloat, notInteger } from '../command-error.ts'
import { isLong, parseInteger } from '../numbers.ts'
import { addLongDoubles, longDoubleText, parseLongDouble } from '../structures/long-double.ts'
import { type ByteString, stringValue } from '../value.ts'

const overflow = 'ERR increment or decrement would overflow'

/** The sum of two 64-bit integers as text. Throws where one is none, or the sum has no room. */
export function addIntegers(
  text: ByteString,
  increment: ByteString,
  notNumber: string = notInteger,
): ByteString {
  const [a, b] = [parseInteger(text), parseInteger(increment)]
  if (a !== null && b !== null && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return `${sum}`
  }
  const sum = long(text, notNumber) + long(increment)
  if (!isLong(sum)) throw new CommandError(overflow)
  return `${sum}`
}

function increment(context: CommandContext, key: ByteString, by: ByteString): void {
  const { db, reply } = context
  const value = db.findAs(key, 'string')
  const sum = addIntegers(value?.bytes ?? '0', by)
  if (value === undefined) db.add(key, stringValue(sum))
  else {
    value.bytes = sum
    value.isRaw = false
    value.isText = false
  }
  context.changed(key, '$', 'incrby')
  reply.out += `:${sum}\r\n`
}

const decrby: Run = (context, args) => {
  const by = long(argument(args, 2))
  if (!isLong(-by)) throw new CommandError('ERR decrement would overflow')
  increment(context, argument(args, 1), `${-by}`)
}

const incrbyfloat: Run = (context, args) => {
  const key = argument(args, 1)
  const by = argument(args, 2)
  const { db, reply } = context
  const value = db.findAs(key, 'string')
  const old = value?.bytes ?? '0'
  const sum = addFloats(old, by)
  const made = { ...stringValue(sum), isText: true }
  if (value === undefined) db.add(key, made)
  else db.set(key, made, true)
  db.notify('$', 'incrbyfloat', key)
  context.keyspace.dirty += 1
  reply.bulk(sum)
  context.propagate(['SET', key, sum, 'KEEPTTL'])
}

/** The sum of two numbers as INCRBYFLOAT writes it. Throws where one is none, or the sum is not finite. */
export function addFloats(old: ByteString, by: ByteString, notNumber: string = notFloat): string {
  const [first, second] = [parseLongDouble(old), parseLongDouble(by)]
  if (first === undefined && !isInfinite(old)) throw new CommandError(notNumber)
  if (second === undefined && !isInfinite(by)) throw new CommandError(notFloat)
  const sum = first === undefined || second === undefined ? undefined : addLongDoubles(first, second)
  if (sum === undefined) throw new CommandError('ERR increment would produce NaN or Infinity')
  return longDoubleText(sum)
}

function isInfinite(text: ByteString): boolean {
  return /^[+-]?inf(?:inity)?$/i.test(text)
}

/** Commands of strings that are numbers. */
export const stringNumberCommands: readonly Command[] = [
  command(
    'incr',
    2,
    'write denyoom fast @string',
    (context, args) => increment(context, argument(args, 1), '1'),
    { keys: oneKey },
  ),
  command(
    'decr',
    2,
    'write denyoom fast @string',
    (context, args) => increment(context, argument(args, 1), '-1'),
    { keys: oneKey },
  ),
  command(
    'incrby',
    3,
    'write denyoom fast @string',
    (context, args) => increment(context, argument(args, 1), `${long(argument(args, 2))}`),
    { keys: oneKey },
  ),
  command('decrby', 3, 'write denyoom fast @string', decrby, { keys: oneKey }),
  command('incrbyfloat', 3, 'write denyoom fast @string', incrbyfloat, { keys: oneKey }),
]
