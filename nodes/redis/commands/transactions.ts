// Transactions: MULTI queues, EXEC runs all unless a watched key has changed.

import { argument } from './arguments.ts'
import { allKeys, type Command, command, type Run } from './command.ts'
import { CommandError } from '../command-error.ts'
import { call } from '../execute.ts'

const multi: Run = ({ client, reply }) => {
  if (client.transaction !== null) throw new CommandError('ERR MULTI calls can not be nested')
  client.transaction = { queue: [], bytes: 0, isBroken: false }
  reply.ok()
}

const exec: Run = (context) => {
  const { client, reply, server } = context
  const { transaction } = client
  if (transaction === null) throw new CommandError('ERR EXEC without MULTI')
  const isChanged = server.watching.hasChanged(client)
  client.transaction = null
  server.watching.clear(client)
  // What its commands do is told by themselves.
  context.effects = []
  if (transaction.isBroken)
    throw new CommandError('EXECABORT Transaction discarded because of previous errors.')
  if (isChanged) {
    reply.nullArray()
    return
  }
  reply.array(transaction.queue.length)
  context.isAtomic = true
  for (const { command, args } of transaction.queue) call(context, command, args)
  context.isAtomic = false
}

const discard: Run = ({ client, reply, server }) => {
  if (client.transaction === null) throw new CommandError('ERR DISCARD without MULTI')
  client.transaction = null
  server.watching.clear(client)
  reply.ok()
}

const watch: Run = ({ client, db, reply, server }, args) => {
  if (client.transaction !== null) throw new CommandError('ERR WATCH inside MULTI is not allowed')
  for (let at = 1; at < args.length; at += 1) server.watching.add(client, db, argument(args, at))
  reply.ok()
}

const unwatch: Run = ({ client, reply, server }) => {
  server.watching.clear(client)
  reply.ok()
}

/** Commands of transactions. */
export const transactionCommands: readonly Command[] = [
  command('multi', 1, 'noscript loading stale fast allow_busy @transaction', multi),
  command('exec', 1, 'noscript loading stale skip_slowlog @transaction', exec),
  command('discard', 1, 'noscript loading stale fast allow_busy @transaction', discard),
  command('watch', -2, 'noscript loading stale fast allow_busy @transaction', watch, { keys: allKeys }),
  command('unwatch', 1, 'noscript loading stale fast allow_busy @transaction', unwatch),
]
