// What monitors and clients ask a monitor: where the master is, who else is there, and for votes. As Redis Sentinel answers it.

import type { Sentinel } from './sentinel.ts'
import { type Address, addressText } from './sentinel-settings.ts'
import type { WatchedServer } from './watched-server.ts'
import { argument, integer } from '../commands/arguments.ts'
import { type Command, command, type Run } from '../commands/command.ts'
import { replyLater } from '../commands/later.ts'
import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

/** The commands of a monitor, beside those of connections and of publish and subscribe. */
export function sentinelCommands(sentinel: Sentinel): readonly Command[] {
  const subcommands = [
    command('sentinel|get-master-addr-by-name', 3, 'admin sentinel', ({ reply }, args) => {
      const { host, port } = sentinel.master
      if (argument(args, 2) === sentinel.settings.name) reply.bulks([host, String(port)])
      else reply.nullArray()
    }),
    command('sentinel|master', 3, 'admin sentinel', ({ reply }, args) => {
      demandName(sentinel, argument(args, 2))
      reply.bulkMap(masterFields(sentinel))
    }),
    command('sentinel|masters', 2, 'admin sentinel', ({ reply }) => {
      reply.array(1)
      reply.bulkMap(masterFields(sentinel))
    }),
    ...['replicas', 'slaves'].map((name) =>
      command(`sentinel|${name}`, 3, 'admin sentinel', replicas(sentinel)),
    ),
    command('sentinel|sentinels', 3, 'admin sentinel', ({ reply }, args) => {
      demandName(sentinel, argument(args, 2))
      reply.array(sentinel.others.length)
      for (const other of sentinel.others) reply.bulkMap(addressFields(other.address, 'sentinel'))
    }),
    command('sentinel|is-master-down-by-addr', 6, 'admin sentinel', isMasterDown(sentinel)),
    command('sentinel|failover', 3, 'admin sentinel', (context, args) => {
      demandName(sentinel, argument(args, 2))
      context.server.env.spawn(async () => void (await sentinel.forceFailover()))
      context.reply.ok()
    }),
    command('sentinel|myid', 2, 'admin sentinel', ({ reply }) => {
      reply.bulk(sentinel.record.id)
    }),
  ]
  const role: Run = ({ reply }) => {
    reply.array(2)
    reply.bulk('sentinel')
    reply.bulks([sentinel.settings.name])
  }
  const none: Run = () => {
    throw new CommandError('ERR unknown subcommand')
  }
  return [
    command('sentinel', -2, 'admin sentinel', none, { subcommands }),
    command('role', 1, 'noscript loading stale fast @admin @dangerous', role),
  ]
}

function replicas(sentinel: Sentinel): Run {
  return ({ reply }, args) => {
    demandName(sentinel, argument(args, 2))
    const known = sentinel.servers.filter(
      ({ address }) => addressText(address) !== addressText(sentinel.master),
    )
    reply.array(known.length)
    for (const server of known)
      reply.bulkMap(addressFields(server.address, flagsOf(server, sentinel, 'slave')))
  }
}

/** A vote is on disk before it is told: the client waits for that. */
function isMasterDown(sentinel: Sentinel): Run {
  return (context, args) => {
    const about: Address = { host: argument(args, 2), port: integer(argument(args, 3)) }
    const epoch = integer(argument(args, 4))
    const candidate = argument(args, 5) === '*' ? null : argument(args, 5)
    replyLater(context, async () => {
      const { isDown, leader, leaderEpoch } = await sentinel.asked(about, epoch, candidate)
      return () => {
        context.reply.array(3)
        context.reply.integer(isDown ? 1 : 0)
        context.reply.bulk(leader)
        context.reply.integer(leaderEpoch)
      }
    })
  }
}

function masterFields(sentinel: Sentinel): readonly ByteString[] {
  const { settings, record, others, servers, findsMasterDown } = sentinel
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
    String(settings.quorum),
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

function demandName({ settings }: Sentinel, name: ByteString): void {
  if (name !== settings.name) throw new CommandError('ERR No such master with that name')
}
