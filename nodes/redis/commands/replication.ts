// Replication: who follows whom, and what replicas and masters tell each other.

import { argument, integer, integerIn, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import type { Client } from '../client.ts'
import { CommandError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'
import { splitArguments } from '../resp/split-arguments.ts'
import type { ByteString } from '../value.ts'

const replicaOf: Run = ({ reply, server }, args) => {
  const { replication } = server
  if (replication.failover.isOn) throw new CommandError('ERR REPLICAOF not allowed while failing over.')
  const host = argument(args, 1)
  if (isWord(host, 'NO') && isWord(args[2], 'ONE')) {
    replication.lead()
    reply.ok()
    return
  }
  const port = integerIn(argument(args, 2), 0, 65_535, 'ERR Invalid master port')
  const { link } = replication
  if (link?.host === host && link.port === port) {
    reply.simple('OK Already connected to specified master')
    return
  }
  replication.follow(host, port)
  reply.ok()
}

const replicaConfiguration: Run = ({ client, reply, server }, args) => {
  if (args.length % 2 === 0) throw new CommandError('ERR syntax error')
  const { replication } = server
  for (let at = 1; at < args.length; at += 2) {
    const [option, value] = [argument(args, at).toLowerCase(), argument(args, at + 1)]
    switch (option) {
      case 'ack':
        replication.acknowledge(client, integer(value))
        // An acknowledgement has no reply.
        return
      case 'getack':
        if (client.role === 'master') replication.link?.acknowledge()
        return
      case 'listening-port':
        replication.introduce(client, { port: integer(value) })
        break
      case 'ip-address':
        replication.introduce(client, { host: value })
        break
      case 'capa':
        replication.introduce(client, { takesMark: value.toLowerCase() === 'eof' })
        break
      case 'rdb-filter-only':
        client.wantedOfSnapshot = filterOf(value)
        break
      default:
        throw new CommandError(`ERR Unrecognized REPLCONF option: ${argument(args, at)}`)
    }
  }
  reply.ok()
}

function filterOf(value: ByteString): Client['wantedOfSnapshot'] {
  const words = splitArguments(value)
  if (words === null) throw new CommandError('ERR Missing rdb-filter-only values')
  for (const word of words)
    if (!isWord(word, 'FUNCTIONS')) throw new CommandError(`ERR Unsupported rdb-filter-only option: ${word}`)
  return words.length === 0 ? 'nothing' : 'functions'
}

const synchronize: Run = (context, args) => {
  const { client, server } = context
  const { replication } = server
  const [id, offset] = [argument(args, 1), parseInteger(argument(args, 2)) ?? -1]
  if (isWord(args[3], 'FAILOVER')) {
    if (!replication.isReplica) throw new CommandError("ERR PSYNC FAILOVER can't be sent to a master.")
    if (id.toLowerCase() !== replication.id)
      throw new CommandError('ERR PSYNC FAILOVER replid must match my replid.')
    server.env.log.info('leads from now on: its master hands over', { master: client.address })
    replication.lead()
  }
  demandStream(context)
  replication.synchronize(context, id, offset)
}

const synchronizeOld: Run = (context) => {
  demandStream(context)
  context.server.replication.synchronizeOld(context)
}

/** Throws where there is no stream to be had here now. */
function demandStream({ server }: CommandContext): void {
  const { failover, link } = server.replication
  if (failover.isOn) throw new CommandError("NOMASTERLINK Can't SYNC while failing over")
  if (link !== null && !link.isUp)
    throw new CommandError("NOMASTERLINK Can't SYNC while not connected with my master")
}

const wait: Run = (context, args) => {
  const { server } = context
  if (server.replication.isReplica)
    throw new CommandError(
      'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
    )
  const count = integer(argument(args, 1))
  const timeout = integer(argument(args, 2), 'ERR timeout is not an integer or out of range')
  if (timeout < 0) throw new CommandError('ERR timeout is negative')
  server.replication.wait(context, count, timeout)
}

const role: Run = ({ reply, server }) => {
  const { link, offset, replicas } = server.replication
  if (link !== null) {
    reply.array(5)
    reply.bulk('slave')
    reply.bulk(link.host)
    reply.integer(link.port)
    reply.bulk(link.state)
    // What it has of the stream is told while it follows it.
    reply.integer(link.isUp ? link.offset : -1)
    return
  }
  reply.array(3)
  reply.bulk('master')
  reply.integer(offset)
  const online = replicas.filter(({ isOnline }) => isOnline)
  reply.array(online.length)
  for (const { host, port, acknowledged } of online) reply.bulks([host, String(port), String(acknowledged)])
}

/** Commands of replication. */
export const replicationCommands: readonly Command[] = [
  command('replicaof', 3, 'admin noscript stale no_async_loading', replicaOf),
  command('slaveof', 3, 'admin noscript stale no_async_loading', replicaOf),
  command('replconf', -1, 'admin noscript loading stale allow_busy', replicaConfiguration),
  command('psync', -3, 'admin noscript no_async_loading no_multi', synchronize),
  command('sync', 1, 'admin noscript no_async_loading no_multi', synchronizeOld),
  command('wait', 3, 'noscript @connection', wait),
  command('role', 1, 'noscript loading stale fast @admin @dangerous', role),
]
