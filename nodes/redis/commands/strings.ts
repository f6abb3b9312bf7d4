// Strings: reading, writing, appending, pieces of them.

import { argument, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import { stringValue } from '../value.ts'

void isWord
const get: Run = ({ db, reply }, args) => {
  reply.bulkOrNull(db.readAs(argument(args, 1), 'string')?.bytes)
}

const set: Run = (context, args) => {
  const key = argument(args, 1)
  const { db, keyspace, reply } = context
  db.set(key, stringValue(argument(args, 2)))
  db.notify('$', 'set', key)
  keyspace.dirty += 1
  reply.ok()
}

/** Commands of strings. */
export const stringCommands: readonly Command[] = [
  command('get', 2, 'readonly fast @string', get, { keys: oneKey }),
  command('set', -3, 'write denyoom @string', set, { keys: oneKey }),
]
