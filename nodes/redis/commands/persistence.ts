// What is on disk: snapshots, the append-only file, and the end of the server.

import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { CommandError } from '../command-error.ts'
import { dumpValue, type Persistence } from '../files/index.ts'

const save: Run = (context) => {
  const persistence = persistenceOf(context)
  if (persistence.work !== null) throw new CommandError('ERR Background save already in progress')
  later(context, async () => {
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
  const { env } = context.server
  later(context, async () => {
    if ((await persistenceOf(context).end(wish)) || words.includes('force')) env.exit(0)
    return () => {
      context.reply.error('ERR Errors trying to SHUTDOWN. Check logs.')
    }
  })
}

const dump: Run = ({ db, reply, server }, args) => {
  const entry = db.read(args[1] ?? '')
  if (entry === undefined) reply.null()
  else reply.bulk(dumpValue(entry.value, server.configuration.isOn('rdbcompression')))
}

/** DEBUG RELOAD: saves everything and loads it again. */
export const debugReload: Run = (context) => {
  const { server, reply } = context
  later(context, async () => {
    server.isLoading = true
    const isLoaded = await persistenceOf(context).reload()
    server.isLoading = false
    return () => {
      if (isLoaded) reply.ok()
      else reply.error('ERR Error trying to load the RDB dump, check server logs.')
    }
  })
}

/** The client waits; what `act` resolves to replies to it. */
function later({ client, server }: CommandContext, act: () => Promise<() => void>): void {
  client.isBlocked = true
  server.env.spawn(async () => {
    const answer = await act()
    server.step(() => {
      answer()
      server.resume(client)
    })
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
]
