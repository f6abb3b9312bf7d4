// CLIENT: looking at connections, ending them, and what they are told.

import { argument, integer, integerIn, isWord } from './arguments.ts'
import { clientLine } from './client-line.ts'
import { trackingSubcommands } from './client-tracking.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { nameClient } from './connection.ts'
import { help, unknownSubcommand } from './help.ts'
import type { Client } from '../client.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

const longMax = 9_223_372_036_854_775_808

const list: Run = (context, args) => {
  const { reply, server } = context
  const wanted = selection(args)
  const lines = [...server.clients.values()].filter(wanted).map((client) => clientLine(client, context.now))
  reply.verbatim(lines.map((line) => `${line}\n`).join(''))
}

function selection(args: readonly ByteString[]): (client: Client) => boolean {
  if (args.length === 2) return () => true
  if (isWord(args[2], 'TYPE') && args.length === 4) {
    const type = clientType(argument(args, 3))
    return (client) => typeOf(client) === type
  }
  if (isWord(args[2], 'ID') && args.length > 3) {
    const ids = new Set(args.slice(3).map((text) => integer(text, 'ERR Invalid client ID')))
    return (client) => ids.has(client.id)
  }
  throw new CommandError(syntaxError)
}

function clientType(text: ByteString): string {
  const type = text.toLowerCase().replace('slave', 'replica')
  if (!['normal', 'replica', 'pubsub', 'master'].includes(type))
    throw new CommandError(`ERR Unknown client type '${text}'`)
  return type
}

function typeOf(client: Client): string {
  if (client.role !== 'client') return client.role
  return client.isSubscriber ? 'pubsub' : 'normal'
}

const getname: Run = ({ client, reply }) => {
  if (client.name === '') reply.null()
  else reply.bulk(client.name)
}

const kill: Run = (context, args) => {
  const { client, reply, server } = context
  if (args.length === 3) {
    const found = [...server.clients.values()].find(({ address }) => address === args[2])
    if (found === undefined) throw new CommandError('ERR No such client')
    server.kill(found, client)
    reply.ok()
    return
  }
  const { fits, skipsMe } = killFilter(context, args)
  const doomed = [...server.clients.values()].filter((each) => fits(each) && !(skipsMe && each === client))
  for (const each of doomed) server.kill(each, client)
  reply.integer(doomed.length)
}

function killFilter(
  context: CommandContext,
  args: readonly ByteString[],
): { readonly fits: (client: Client) => boolean; readonly skipsMe: boolean } {
  const filters: ((client: Client) => boolean)[] = []
  let skipsMe = true
  for (let at = 2; at < args.length; at += 2) {
    const [word, value] = [args[at], args[at + 1]]
    if (value === undefined) throw new CommandError(syntaxError)
    if (isWord(word, 'ID')) {
      const id = integerIn(value, 1, longMax, 'ERR client-id should be greater than 0')
      filters.push((client) => client.id === id)
    } else if (isWord(word, 'TYPE')) {
      const type = clientType(value)
      filters.push((client) => typeOf(client) === type)
    } else if (isWord(word, 'ADDR')) filters.push(({ address }) => address === value)
    else if (isWord(word, 'LADDR')) filters.push(({ localAddress }) => localAddress === value)
    else if (isWord(word, 'USER')) {
      if (!context.server.users.has(value)) throw new CommandError(`ERR No such user '${value}'`)
      filters.push(({ user }) => user.name === value)
    } else if (isWord(word, 'SKIPME') && /^(?:yes|no)$/i.test(value)) skipsMe = isWord(value, 'YES')
    else throw new CommandError(syntaxError)
  }
  return { fits: (client) => filters.every((filter) => filter(client)), skipsMe }
}

const pause: Run = ({ reply, server }, args) => {
  const isAll = args[3] === undefined || isWord(args[3], 'ALL')
  if (!isAll && !isWord(args[3], 'WRITE'))
    throw new CommandError('ERR CLIENT PAUSE mode must be WRITE or ALL')
  const timeout = integer(argument(args, 2), 'ERR timeout is not an integer or out of range')
  if (timeout < 0) throw new CommandError('ERR timeout is negative')
  server.pause.begin(timeout, isAll)
  reply.ok()
}

const replyMode: Run = ({ client, reply }, args) => {
  if (isWord(args[2], 'ON')) {
    client.replyMode = 'on'
    reply.ok()
  } else if (isWord(args[2], 'OFF')) client.replyMode = 'off'
  else if (!isWord(args[2], 'SKIP')) throw new CommandError(syntaxError)
  else if (client.replyMode !== 'off') client.replyMode = 'skip-next'
}

const unblock: Run = ({ reply, server }, args) => {
  if (args.length > 4) throw unknownSubcommand(args)
  const isError = isWord(args[3], 'ERROR')
  if (args[3] !== undefined && !isError && !isWord(args[3], 'TIMEOUT'))
    throw new CommandError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  const target = server.clients.get(integer(argument(args, 2)))
  const isWaiting = target !== undefined && server.blocking.isWaiting(target)
  const error = isError ? 'UNBLOCKED client unblocked via CLIENT UNBLOCK' : null
  if (isWaiting && error !== null) server.blocking.fail(target, error)
  else if (isWaiting) server.blocking.timeOut(target)
  const isElsewhere = target !== undefined && server.replicator?.unblock(target, error) === true
  reply.integer(isWaiting || isElsewhere ? 1 : 0)
}

const noEvict: Run = ({ client, reply }, args) => {
  if (!isWord(args[2], 'ON') && !isWord(args[2], 'OFF')) throw new CommandError(syntaxError)
  client.isNoEvict = isWord(args[2], 'ON')
  reply.ok()
}

const usual = 'noscript loading stale @connection'

/** CLIENT. */
export const clientCommands: readonly Command[] = [
  command('client', -2, '', () => undefined, {
    subcommands: [
      command('client|id', 2, usual, ({ client, reply }) => {
        reply.integer(client.id)
      }),
      command('client|info', 2, usual, ({ client, now, reply }) => {
        reply.verbatim(`${clientLine(client, now)}\n`)
      }),
      command('client|list', -2, `${usual} admin`, list),
      command('client|getname', 2, usual, getname),
      command('client|setname', 3, usual, (context, args) => {
        nameClient(context, argument(args, 2))
        context.reply.ok()
      }),
      command('client|kill', -3, `${usual} admin`, kill),
      command('client|pause', -3, `${usual} admin`, pause),
      command('client|unpause', 2, `${usual} admin`, ({ reply, server }) => {
        server.pause.end()
        reply.ok()
      }),
      command('client|reply', 3, usual, replyMode),
      command('client|unblock', -3, `${usual} admin`, unblock),
      command('client|no-evict', 3, `${usual} admin`, noEvict),
      ...trackingSubcommands,
      help('client', '@connection', [
        ['CACHING (YES|NO)', 'Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.'],
        ['GETREDIR', 'Return the client ID we are redirecting to when tracking is enabled.'],
        ['GETNAME', 'Return the name of the current connection.'],
        ['ID', 'Return the ID of the current connection.'],
        ['INFO', 'Return information about the current client connection.'],
        ['KILL <ip:port> | <option> <value> [...]', 'Kill connections.'],
        ['LIST [options ...]', 'Return information about client connections.'],
        ['UNPAUSE', 'Stop the current client pause, resuming traffic.'],
        ['PAUSE <timeout> [WRITE|ALL]', 'Suspend all, or just write, clients for <timeout> milliseconds.'],
        ['REPLY (ON|OFF|SKIP)', 'Control the replies sent to the current connection.'],
        ['SETNAME <name>', 'Assign the name <name> to the current connection.'],
        ['UNBLOCK <clientid> [TIMEOUT|ERROR]', 'Unblock the specified blocked client.'],
        [
          'TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix>] [OPTIN] [OPTOUT] [NOLOOP]',
          'Control server assisted client side caching.',
        ],
        ['TRACKINGINFO', 'Report tracking status for the current connection.'],
        ['NO-EVICT (ON|OFF)', 'Protect current client connection from eviction.'],
      ]),
    ],
  }),
]
