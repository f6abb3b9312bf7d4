// Connections: who speaks, in which protocol, to which database.

import { type Command, command, type Run } from './command.ts'
import { CommandError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'

const ping: Run = ({ client, reply }, args) => {
  if (args.length > 2) throw new CommandError("ERR wrong number of arguments for 'ping' command")
  if (client.isSubscriber && reply.protocol === 2) reply.bulks(['pong', args[1] ?? ''])
  else if (args[1] === undefined) reply.simple('PONG')
  else reply.bulk(args[1])
}

const echo: Run = ({ reply }, args) => {
  reply.bulk(args[1] ?? '')
}

const select: Run = ({ client, keyspace, reply }, args) => {
  const index = parseInteger(args[1] ?? '')
  if (index === null) throw new CommandError('ERR invalid DB index')
  const db = keyspace.databases[index]
  if (db === undefined) throw new CommandError('ERR DB index is out of range')
  client.db = db
  reply.ok()
}

const quit: Run = ({ client, reply }) => {
  reply.ok()
  client.isClosing = true
}

/** Commands about the connection itself. */
export const connectionCommands: readonly Command[] = [
  command('ping', -1, 'fast @connection', ping),
  command('echo', 2, 'loading stale fast @connection', echo),
  command('select', 2, 'loading stale fast @connection', select),
  command('quit', -1, 'allow_busy noscript loading stale fast no_auth @connection', quit),
]
