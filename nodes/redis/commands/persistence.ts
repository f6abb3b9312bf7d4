// What is on disk: snapshots, the append-only file, and the end of the server.

import { argument, integer } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyLater } from './later.ts'
import { CommandError } from '../command-error.ts'
import {
  dumpValue,
  type EncodingLimits,
  isIntact,
  type Persistence,
  RedisFileError,
  restoreValue,
} from '../files/index.ts'
import type { ByteString, Value } from '../value.ts'

const save: Run = (context) => {
  const persistence = persistenceOf(context)
  if (persistence.work !== null) throw new CommandError('ERR Background save already in progress')
  replyLater(context, async () => {
    const isSaved = await persistence.save()
    return () => {
      if (isSaved) context.reply.ok()
      else context.reply.error('ERR')
    }
  })
}

const bgsave: Run = (context, args) => {
  const isScheduling = args[1]?.toLowerCase() === 'schedule'
  if (args.length > 2 || (args.length === 2 && !isScheduling)) throw new CommandError('ERR syntax error')
  const result = persistenceOf(context).saveInBackground(isScheduling)
  if (typeof result === 'object') throw new CommandError(result.error)
  context.reply.simple(`Background saving ${result}`)
}

const bgrewriteaof: Run = (context) => {
  const result = persistenceOf(context).rewriteInBackground()
  if (typeof result === 'object') throw new CommandError(result.error)
  context.reply.simple(`Background append only file rewriting ${result}`)
}

const lastsave: Run = (context) => {
  context.reply.integer(Math.floor(persistenceOf(context).lastSavedAt / 1000))
}

const shutdown: Run = (context, args) => {
  const words = args.slice(1).map((word) => word.toLowerCase())
  const isKnown = words.every((word) => ['save', 'nosave', 'now', 'force', 'abort'].includes(word))
  if (!isKnown || (words.includes('save') && words.includes('nosave')))
    throw new CommandError('ERR syntax error')
  if (words.includes('abort')) throw new CommandError('ERR No shutdown in progress.')
  const wish = words.includes('save') ? true : words.includes('nosave') ? false : undefined
  const { env, persistence } = context.server
  replyLater(context, async () => {
    // On a Raft log everything that was acknowledged is on disk already.
    if (persistence === null || (await persistence.end(wish)) || words.includes('force')) env.exit(0)
    return () => {
      context.reply.error('ERR Errors trying to SHUTDOWN. Check logs.')
    }
  })
}

const dump: Run = ({ db, reply, server }, args) => {
  const entry = db.read(args[1] ?? '')
  if (entry === undefined) reply.null()
  else {
    const { configuration } = server
    const listNodeSize = configuration.number('list-max-listpack-size')
    reply.bulk(dumpValue(entry.value, configuration.isOn('rdbcompression'), listNodeSize))
  }
}

const restore: Run = (context, args) => {
  const { db, reply, server, keyspace } = context
  const [key, payload] = [argument(args, 1), argument(args, 3)]
  const words = restoreWords(args.slice(4))
  if (db.has(key) && !words.has('REPLACE')) throw new CommandError('BUSYKEY Target key name already exists.')
  const ttl = integer(argument(args, 2))
  if (ttl < 0) throw new CommandError('ERR Invalid TTL value, must be >= 0')
  if (!isIntact(payload)) throw new CommandError('ERR DUMP payload version or checksum are wrong')
  const value = restored(payload, server.limits)
  const expiresAt = ttl === 0 ? null : words.has('ABSTTL') ? ttl : keyspace.now + ttl
  const isGone = db.delete(key)
  if (expiresAt !== null && expiresAt < keyspace.now && !keyspace.ignoresExpiry) {
    if (isGone) {
      context.changed(key, 'g', 'del')
      context.propagate(['DEL', key])
    }
  } else {
    const entry = db.add(key, value)
    if (expiresAt !== null) db.setExpiry(key, entry, expiresAt)
    context.changed(key, 'g', 'restore')
    context.propagate(['RESTORE', key, String(expiresAt ?? 0), payload, 'REPLACE', 'ABSTTL'])
  }
  reply.ok()
}

function restoreWords(words: readonly ByteString[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (let place = 0; place < words.length; place++) {
    const word = (words[place] ?? '').toUpperCase()
    if (word === 'REPLACE' || word === 'ABSTTL') found.add(word)
    // How long it was not used, or how often: a number that only eviction would look at, one of the two.
    else if (word === 'IDLETIME' && place + 1 < words.length && !found.has('FREQ')) {
      if (integer(argument(words, ++place)) < 0)
        throw new CommandError('ERR Invalid IDLETIME value, must be >= 0')
      found.add(word)
    } else if (word === 'FREQ' && place + 1 < words.length && !found.has('IDLETIME')) {
      const frequency = integer(argument(words, ++place))
      if (frequency < 0 || frequency > 255)
        throw new CommandError('ERR Invalid FREQ value, must be >= 0 and <= 255')
      found.add(word)
    } else throw new CommandError('ERR syntax error')
  }
  return found
}

function restored(payload: ByteString, limits: EncodingLimits): Value {
  try {
    return restoreValue(payload, limits)
  } catch (error) {
    if (!(error instanceof RedisFileError)) throw error
    throw new CommandError('ERR Bad data format')
  }
}

/** DEBUG RELOAD: saves everything and loads it again. */
export const debugReload: Run = (context) => {
  const { server, reply } = context
  const persistence = persistenceOf(context)
  replyLater(context, async () => {
    server.isLoading = true
    const isLoaded = await persistence.reload()
    server.isLoading = false
    return () => {
      if (isLoaded) reply.ok()
      else reply.error('ERR Error trying to load the RDB dump, check server logs.')
    }
  })
}

function persistenceOf({ server }: CommandContext): Persistence {
  if (server.persistence === null) throw new CommandError('ERR this server keeps no files')
  return server.persistence
}

/** Commands about files. */
export const persistenceCommands: readonly Command[] = [
  command('save', 1, 'admin noscript no_async_loading no_multi', save),
  command('bgsave', -1, 'admin noscript no_async_loading', bgsave),
  command('bgrewriteaof', 1, 'admin noscript no_async_loading', bgrewriteaof),
  command('lastsave', 1, 'loading stale fast @admin @dangerous', lastsave),
  command('shutdown', -1, 'admin noscript loading stale no_multi allow_busy', shutdown),
  command('dump', 2, 'readonly @keyspace', dump, { keys: oneKey }),
  command('restore', -4, 'write denyoom @keyspace @dangerous', restore, { keys: oneKey }),
  command('restore-asking', -4, 'write denyoom asking @keyspace @dangerous', restore, { keys: oneKey }),
]
