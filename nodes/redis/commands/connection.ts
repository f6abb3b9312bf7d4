// Connections: who speaks, in which protocol, to which database.

import { argument, integer, isWord } from './arguments.ts'
import { noteDenial } from './acl-log.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { isPassword } from '../acl/authenticate.ts'
import { CommandError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'
import type { ByteString } from '../value.ts'
import { redisVersion } from '../version.ts'

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
  const db = keyspace.databases[integer(argument(args, 1))]
  if (db === undefined) throw new CommandError('ERR DB index is out of range')
  client.db = db
  reply.ok()
}

const quit: Run = ({ client, reply }) => {
  reply.ok()
  client.isClosing = true
}

function logIn(context: CommandContext, name: ByteString, password: ByteString, command: ByteString): void {
  const user = context.server.users.get(name)
  if (user === undefined || !isPassword(user, password)) {
    noteDenial(context, { reason: 'auth', context: 'toplevel', object: command }, name)
    throw new CommandError('WRONGPASS invalid username-password pair or user is disabled.')
  }
  context.client.user = user
  context.client.isAuthenticated = true
  context.client.decoder.isAuthenticated = true
}

const auth: Run = (context, args) => {
  if (args.length > 3) throw new CommandError('ERR syntax error')
  if (args.length === 2 && context.server.defaultUser.isPasswordless)
    throw new CommandError(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    )
  if (args.length === 2) logIn(context, 'default', argument(args, 1), argument(args, 0))
  else logIn(context, argument(args, 1), argument(args, 2), argument(args, 0))
  context.reply.ok()
}

/** Sets a client's name. Throws where it has blanks or line ends, which would break CLIENT LIST. */
export function nameClient(context: CommandContext, name: ByteString): void {
  if (/[^!-~]/.test(name))
    throw new CommandError('ERR Client names cannot contain spaces, newlines or special characters.')
  context.client.name = name
}

const hello: Run = (context, args) => {
  const { client, reply } = context
  const version = args[1] === undefined ? reply.protocol : parseInteger(args[1])
  if (version === null) throw new CommandError('ERR Protocol version is not an integer or out of range')
  if (version !== 2 && version !== 3) throw new CommandError('NOPROTO unsupported protocol version')
  let name: ByteString | null = null
  for (let at = 2; at < args.length; at += 1) {
    if (isWord(args[at], 'AUTH') && at + 2 < args.length) {
      logIn(context, argument(args, at + 1), argument(args, at + 2), argument(args, 0))
      at += 2
    } else if (isWord(args[at], 'SETNAME') && at + 1 < args.length) {
      at += 1
      name = argument(args, at)
      nameClient(context, name)
    } else throw new CommandError(`ERR Syntax error in HELLO option '${argument(args, at)}'`)
  }
  if (!client.isAuthenticated)
    throw new CommandError(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    )
  reply.protocol = version
  introduce(context)
}

function introduce({ client, reply, server }: CommandContext): void {
  const isMonitor = server.mode === 'sentinel'
  reply.map(isMonitor ? 6 : 7)
  for (const text of ['server', 'redis', 'version', redisVersion, 'proto']) reply.bulk(text)
  reply.integer(reply.protocol)
  reply.bulk('id')
  reply.integer(client.id)
  for (const text of ['mode', server.mode]) reply.bulk(text)
  if (!isMonitor)
    for (const text of ['role', server.replication.isReplica ? 'replica' : 'master']) reply.bulk(text)
  reply.bulk('modules')
  reply.array(0)
}

const reset: Run = ({ client, keyspace, reply, server }) => {
  client.transaction = null
  server.watching.clear(client)
  server.pubsub.forget(client)
  server.tracking.set(client, null)
  server.monitors.delete(client)
  client.isMonitor = false
  client.db = keyspace.db(0)
  client.name = ''
  client.replyMode = 'on'
  reply.protocol = 2
  client.user = server.defaultUser
  client.isAuthenticated = client.user.isPasswordless && client.user.isEnabled
  reply.simple('RESET')
}

/** Commands about the connection itself (CLIENT is in a file of its own). */
export const connectionCommands: readonly Command[] = [
  command('ping', -1, 'fast @connection', ping),
  command('echo', 2, 'loading stale fast @connection', echo),
  command('select', 2, 'loading stale fast @connection', select),
  command('quit', -1, 'allow_busy noscript loading stale fast no_auth @connection', quit),
  command('auth', -2, 'noscript loading stale fast no_auth allow_busy @connection', auth),
  command('hello', -1, 'noscript loading stale fast no_auth allow_busy @connection', hello),
  command('reset', 1, 'noscript loading stale fast no_auth allow_busy @connection', reset),
]
