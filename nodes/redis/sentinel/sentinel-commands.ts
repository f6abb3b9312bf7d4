// What monitors and clients ask a monitor: where the master is, who else is there, and for votes. As Redis Sentinel answers it.

import { monitoringCommands, named } from './monitoring-commands.ts'
import type { Sentinel } from './sentinel.ts'
import type { Sentinels } from './sentinels.ts'
import { type Address, addressText } from './sentinel-settings.ts'
import type { WatchedServer } from './watched-server.ts'
import { argument, integer } from '../commands/arguments.ts'
import { type Command, command, type Run } from '../commands/command.ts'
import { replyLater } from '../commands/later.ts'
import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

const usual = 'admin sentinel'

/** The commands of a monitor, beside those of connections and of publish and subscribe. */
export function sentinelCommands(sentinels: Sentinels): readonly Command[] {
  const subcommands = [
    command('sentinel|get-master-addr-by-name', 3, usual, ({ reply }, args) => {
      const sentinel = sentinels.find(argument(args, 2))
      if (sentinel === undefined) reply.nullArray()
      else reply.bulks([sentinel.master.host, String(sentinel.master.port)])
    }),
    command('sentinel|master', 3, usual, ({ reply }, args) => {
      reply.bulkMap(masterFields(named(sentinels, args)))
    }),
    command('sentinel|masters', 2, usual, ({ reply }) => {
      reply.array(sentinels.all.length)
      for (const sentinel of sentinels.all) reply.bulkMap(masterFields(sentinel))
    }),
    ...['replicas', 'slaves'].map((name) => command(`sentinel|${name}`, 3, usual, replicas(sentinels))),
    command('sentinel|sentinels', 3, usual, ({ reply }, args) => {
      const { others } = named(sentinels, args)
      reply.array(others.length)
      for (const other of others) reply.bulkMap(addressFields(other.address, 'sentinel'))
    }),
    command('sentinel|is-master-down-by-addr', 6, usual, isMasterDown(sentinels)),
    command('sentinel|failover', 3, usual, (context, args) => {
      const sentinel = named(sentinels, args)
      context.server.env.spawn(async () => void (await sentinel.forceFailover()))
      context.reply.ok()
    }),
    command('sentinel|myid', 2, usual, ({ reply }) => {
      reply.bulk(sentinels.id)
    }),
    ...monitoringCommands(sentinels),
  ]
  const role: Run = ({ reply }) => {
    reply.array(2)
    reply.bulk('sentinel')
    reply.bulks(sentinels.all.map(({ settings }) => settings.name))
  }
  const none: Run = () => {
    throw new CommandError('ERR unknown subcommand')
  }
  return [
    command('sentinel', -2, usual, none, { subcommands }),
    command('role', 1, 'noscript loading stale fast @admin @dangerous', role),
  ]
}

function replicas(sentinels: Sentinels): Run {
  return ({ reply }, args) => {
    const sentinel = named(sentinels, args)
    const known = sentinel.servers.filter(
      ({ address }) => addressText(address) !== addressText(sentinel.master),
    )
    reply.array(known.length)
    for (const server of known)
      reply.bulkMap(addressFields(server.address, flagsOf(server, sentinel, 'slave')))
  }
}

/** A vote is on disk before it is told: the client waits for that. */
function isMasterDown(sentinels: Sentinels): Run {
  return (context, args) => {
    const about: Address = { host: argument(args, 2), port: integer(argument(args, 3)) }
    const epoch = integer(argument(args, 4))
    const candidate = argument(args, 5) === '*' ? null : argument(args, 5)
    // Who asks may know an older or a newer address of the one master.
    const sentinel = sentinels.at(about) ?? (sentinels.all.length === 1 ? sentinels.all[0] : undefined)
    replyLater(context, async () => {
      const told = (await sentinel?.asked(about, epoch, candidate)) ?? unknownMaster
      return () => {
        context.reply.array(3)
        context.reply.integer(told.isDown ? 1 : 0)
        context.reply.bulk(told.leader)
        context.reply.integer(told.leaderEpoch)
      }
    })
  }
}

const unknownMaster = { isDown: false, leader: '*', leaderEpoch: 0 } as const

function masterFields(sentinel: Sentinel): readonly ByteString[] {
  const { settings, record, others, quorum, servers, findsMasterDown } = sentinel
  return [
    'name',
    settings.name,
    ...addressFields(record.master, findsMasterDown ? 's_down,master' : 'master'),
    'config-epoch',
    String(record.masterEpoch),
    'num-slaves',
    String(servers.length - 1),
    'num-other-sentinels',
    String(others.length),
    'quorum',
    String(quorum),
    'down-after-milliseconds',
    String(settings.downAfter),
    'failover-timeout',
    String(settings.failoverTimeout),
  ]
}

function addressFields({ host, port }: Address, flags: string): readonly ByteString[] {
  return ['ip', host, 'port', String(port), 'flags', flags]
}

function flagsOf({ silence }: WatchedServer, { settings }: Sentinel, kind: string): string {
  return silence > settings.downAfter ? `s_down,${kind},disconnected` : kind
}
