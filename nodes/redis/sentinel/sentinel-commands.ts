// What monitors and clients ask a monitor: where the master is, who else is there, and for votes. As Redis Sentinel answers it.

import { helloChannel, parseHello } from './hello.ts'
import { masterFields, monitorFields, replicaFields } from './instance-fields.ts'
import { monitoringCommands, named } from './monitoring-commands.ts'
import type { Sentinels } from './sentinels.ts'
import { type Address, addressText } from './sentinel-settings.ts'
import { argument, integer } from '../commands/arguments.ts'
import { type Command, command, type Run } from '../commands/command.ts'
import { help } from '../commands/help.ts'
import { replyLater } from '../commands/later.ts'
import { CommandError } from '../command-error.ts'

const usual = 'admin'

/** The commands that only a monitor has, or that it answers in its own way. */
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
      const sentinel = named(sentinels, args)
      reply.array(sentinel.others.length)
      for (const other of sentinel.others) reply.bulkMap(monitorFields(other, sentinel))
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
    command('sentinel|pending-scripts', 2, usual, ({ reply }) => {
      // None are ever run.
      reply.array(0)
    }),
    sentinelHelp,
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
  // Others hear what a monitor has to say; clients cannot speak through it.
  const publish: Run = ({ reply, server }, args) => {
    if (args[1] !== helloChannel)
      throw new CommandError('ERR Only HELLO messages are accepted by Sentinel instances.')
    const hello = parseHello(argument(args, 2))
    if (hello !== null) for (const sentinel of sentinels.all) server.env.spawn(() => sentinel.greet(hello))
    reply.integer(1)
  }
  return [
    command('sentinel', -2, usual, none, { subcommands }),
    command('publish', 3, 'pubsub loading stale fast', publish),
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
    for (const server of known) reply.bulkMap(replicaFields(server, sentinel))
  }
}

const sentinelHelp = help('sentinel', '', [
  ['CKQUORUM <master-name>', 'Tell whether enough monitors answer for a failover.'],
  ['FAILOVER <master-name>', 'Begin a failover although nobody finds the master down.'],
  ['FLUSHCONFIG', 'Put on disk again which masters are watched.'],
  ['GET-MASTER-ADDR-BY-NAME <master-name>', 'Return where the master is.'],
  [
    'IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>',
    'Tell whether a master is down; with an id, vote for it.',
  ],
  ['MASTER <master-name>', 'Return what is known of a master.'],
  ['MASTERS', 'Return what is known of all masters.'],
  ['MONITOR <name> <ip> <port> <quorum>', 'Watch one more master.'],
  ['MYID', 'Return the id of this monitor.'],
  ['PENDING-SCRIPTS', 'Return the scripts that wait to be run.'],
  ['REMOVE <master-name>', 'Watch a master no more.'],
  ['REPLICAS <master-name>', "Return what is known of a master's replicas."],
  ['RESET <pattern>', 'Forget what is known of the masters whose names match.'],
  ['SENTINELS <master-name>', 'Return what is known of the other monitors of a master.'],
  ['SET <master-name> <option> <value> [<option> <value> ...]', 'Change how a master is watched.'],
])

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
