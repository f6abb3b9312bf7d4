// MIGRATE: moves keys to another server. As a Redis that waits for the other one, this server serves nobody else meanwhile:
// the keys stay as they are until it is known what became of them.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyLater } from './later.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { answer, endUnit } from '../execute.ts'
import type { Migration, MigrationEnd } from '../migration/index.ts'
import type { ByteString } from '../value.ts'
import { ms } from '../../../sim/index.ts'

const optionsAt = 6
/** Milliseconds that the target may do nothing, where none were asked for. */
const timeoutUsual = 1000
/** Milliseconds; beyond that it is as good as for ever. */
const timeoutMax = 8_640_000_000

interface Options {
  readonly isCopying: boolean
  readonly isReplacing: boolean
  readonly credentials: readonly ByteString[]
  readonly keys: readonly ByteString[]
}

const migrate: Run = (context, args) => {
  const { client, db, reply, server } = context
  const { isCopying, keys, ...options } = optionsOf(args)
  const timeout = integer(argument(args, 5))
  const database = integer(argument(args, 4))
  const entries = keys.flatMap((key) => {
    const entry = db.read(key)
    return entry === undefined ? [] : [[key, entry] as const]
  })
  if (entries.length === 0) {
    reply.simple('NOKEY')
    return
  }
  if (context.isAtomic)
    throw new CommandError('ERR MIGRATE waits for another server, not inside a transaction or a script')
  const migration: Migration = {
    ...options,
    host: argument(args, 1),
    port: Number(/^\s*\d+/.exec(argument(args, 2))?.[0] ?? 0),
    timeout: ms(timeout <= 0 ? timeoutUsual : Math.min(timeout, timeoutMax)),
    database,
    isCompressing: server.configuration.isOn('rdbcompression'),
    listNodeSize: server.configuration.number('list-max-listpack-size'),
    entries,
  }
  server.pause.stop()
  replyLater(context, async () => {
    const end = await server.migrations.move(migration)
    return () => {
      server.pause.goOn()
      if (server.tracking.isOn) server.tracking.source = client
      answer(context, () => {
        conclude(context, end, isCopying)
      })
      endUnit(context)
    }
  })
}

/** What the target has taken goes here, also where something went wrong with the rest. */
function conclude(context: CommandContext, { error, moved }: MigrationEnd, isCopying: boolean): void {
  const { db, keyspace, reply } = context
  const gone = isCopying ? [] : moved.filter((key) => db.delete(key))
  for (const key of gone) db.notify('g', 'del', key)
  keyspace.dirty += gone.length
  if (gone.length > 0) context.propagate(['DEL', ...gone])
  if (error !== null) throw new CommandError(error)
  reply.ok()
}

function optionsOf(args: readonly ByteString[]): Options {
  const key = argument(args, 3)
  let [isCopying, isReplacing] = [false, false]
  let credentials: readonly ByteString[] = []
  for (let at = optionsAt; at < args.length; at += 1) {
    const left = args.length - 1 - at
    if (isWord(args[at], 'COPY')) isCopying = true
    else if (isWord(args[at], 'REPLACE')) isReplacing = true
    else if (isWord(args[at], 'AUTH') && left >= 1) {
      credentials = args.slice(at + 1, at + 2)
      at += 1
    } else if (isWord(args[at], 'AUTH2') && left >= 2) {
      credentials = args.slice(at + 1, at + 3)
      at += 2
    } else if (!isWord(args[at], 'KEYS')) throw new CommandError(syntaxError)
    else if (key !== '')
      throw new CommandError(
        'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string',
      )
    else return { isCopying, isReplacing, credentials, keys: args.slice(at + 1) }
  }
  return { isCopying, isReplacing, credentials, keys: [key] }
}

/** Words before KEYS, and how many arguments belong to them. */
const skipped: ReadonlyMap<string, number> = new Map([
  ['AUTH', 1],
  ['AUTH2', 2],
])

/** Where its keys stand; nowhere where a key stands beside KEYS, which it refuses. */
function keysOf(args: readonly ByteString[]): readonly number[] {
  for (let at = optionsAt; at + 1 < args.length; at += 1) {
    const word = argument(args, at).toUpperCase()
    if (word === 'KEYS') return args[3] === '' ? Array.from(args.keys()).filter((index) => index > at) : []
    at += skipped.get(word) ?? 0
  }
  return [3]
}

/** MIGRATE. */
export const migrateCommands: readonly Command[] = [
  command('migrate', -6, 'write movablekeys @keyspace @dangerous', migrate, {
    keys: { first: 3, last: 3, step: 1, find: keysOf },
  }),
]
