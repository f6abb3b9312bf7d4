// OBJECT: how a key is kept.

import { argument } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { CommandError } from '../command-error.ts'
import { frequencyOf } from '../database.ts'
import { parseLong } from '../numbers.ts'
import type { StringValue, Value } from '../value.ts'

/** Strings up to so many bytes are embedded. */
const embeddedMax = 44
const sharedIntegers = 10_000

/** What OBJECT ENCODING says of a value. */
export function encodingOf(value: Value): string {
  switch (value.kind) {
    case 'string':
      return stringEncoding(value)
    case 'list':
      return 'quicklist'
    case 'stream':
      return 'stream'
    default:
      return value.encoding
  }
}

function stringEncoding({ bytes, isRaw, isText = false }: StringValue): string {
  if (isRaw) return 'raw'
  if (!isText && bytes.length <= 20 && parseLong(bytes) !== null) return 'int'
  return bytes.length <= embeddedMax ? 'embstr' : 'raw'
}

const encoding: Run = ({ db, reply }, args) => {
  const entry = db.peek(argument(args, 2))
  reply.bulkOrNull(entry && encodingOf(entry.value))
}

const refcount: Run = ({ db, reply, server }, args) => {
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) {
    reply.null()
    return
  }
  const { value } = entry
  const isShared =
    value.kind === 'string' &&
    stringEncoding(value) === 'int' &&
    Number(value.bytes) >= 0 &&
    Number(value.bytes) < sharedIntegers &&
    server.limits.maxmemory === 0
  reply.integer(isShared ? 2_147_483_647 : 1)
}

const advice =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.'

const idletime: Run = ({ db, reply, keyspace }, args) => {
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) reply.null()
  else if (keyspace.countsAccesses)
    throw new CommandError(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${advice}`)
  else reply.integer(Math.floor((keyspace.accessTime - entry.accessedAt) / 1000))
}

const freq: Run = ({ db, reply, keyspace }, args) => {
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) reply.null()
  else if (!keyspace.countsAccesses)
    throw new CommandError(
      `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${advice}`,
    )
  else reply.integer(frequencyOf(entry, keyspace))
}

const objectKey = { keys: { first: 2, last: 2, step: 1 } } as const

/** OBJECT. */
export const objectCommands: readonly Command[] = [
  command('object', -2, '', () => undefined, {
    subcommands: [
      command('object|encoding', 3, 'readonly @keyspace', encoding, objectKey),
      command('object|refcount', 3, 'readonly @keyspace', refcount, objectKey),
      command('object|idletime', 3, 'readonly @keyspace', idletime, objectKey),
      command('object|freq', 3, 'readonly @keyspace', freq, objectKey),
      help('object', '@keyspace', [
        ['ENCODING <key>', 'Return the kind of internal representation used in order to store the value'],
        ['FREQ <key>', 'Return the access frequency index of the key.'],
        ['IDLETIME <key>', 'Return the idle time of the key, in seconds.'],
        ['REFCOUNT <key>', 'Return the number of references of the value.'],
      ]),
    ],
  }),
]
