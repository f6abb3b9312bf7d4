// What a monitor is told to watch, and how: SENTINEL MONITOR, REMOVE, SET, RESET, CKQUORUM, with the texts of Redis.

import type { Sentinel } from './sentinel.ts'
import type { SentinelChanges, Sentinels } from './sentinels.ts'
import { argument, integer } from '../commands/arguments.ts'
import { type Command, command, type Run } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { replyLater } from '../commands/later.ts'
import { CommandError } from '../command-error.ts'
import { parseInteger } from '../numbers.ts'
import type { ByteString } from '../value.ts'

const usual = 'admin'

/** Commands that change what is watched. */
export function monitoringCommands(sentinels: Sentinels): readonly Command[] {
  return [
    command('sentinel|monitor', 6, usual, monitor(sentinels)),
    command('sentinel|remove', 3, usual, (context, args) => {
      const { settings } = named(sentinels, args)
      okIf(context, () => sentinels.remove(settings.name))
    }),
    command('sentinel|set', -5, usual, set(sentinels)),
    command('sentinel|flushconfig', 2, usual, (context) => {
      okIf(context, () => sentinels.save())
    }),
    command('sentinel|reset', 3, usual, (context, args) => {
      const pattern = argument(args, 2)
      replyLater(context, async () => {
        const count = await sentinels.reset(pattern)
        return () => {
          context.reply.integer(count)
        }
      })
    }),
    command('sentinel|ckquorum', 3, usual, ({ reply }, args) => {
      const { isEnough, text } = quorumOf(named(sentinels, args))
      if (isEnough) reply.simple(text)
      else reply.error(text)
    }),
  ]
}

/** The one of a name, which stands at index 2. Throws a CommandError. */
export function named(sentinels: Sentinels, args: readonly ByteString[]): Sentinel {
  const sentinel = sentinels.find(argument(args, 2))
  if (sentinel === undefined) throw new CommandError('ERR No such master with that name')
  return sentinel
}

function monitor(sentinels: Sentinels): Run {
  return (context, args) => {
    const [name, host] = [argument(args, 2), argument(args, 3)]
    const quorum = integer(argument(args, 5), 'ERR Invalid quorum')
    const port = integer(argument(args, 4), 'ERR Invalid port')
    if (quorum <= 0) throw new CommandError('ERR Quorum must be 1 or greater.')
    if (port < 1 || port > 65_535) throw new CommandError('ERR Invalid port number.')
    if (host === '' || host.includes(' '))
      throw new CommandError('ERR Invalid IP address or hostname specified')
    if (sentinels.find(name) !== undefined) throw new CommandError('ERR Duplicate master name.')
    if (sentinels.isFull) throw new CommandError('ERR Too many masters are monitored.')
    okIf(context, () => sentinels.monitor(name, { host, port }, quorum))
  }
}

const options: ReadonlyMap<string, keyof SentinelChanges> = new Map([
  ['quorum', 'quorum'],
  ['down-after-milliseconds', 'downAfter'],
  ['failover-timeout', 'failoverTimeout'],
])

/** Numbers that are taken and change nothing: all replicas follow a new master at once. */
const ignored: ReadonlySet<string> = new Set(['parallel-syncs', 'master-reboot-down-after-period'])

function set(sentinels: Sentinels): Run {
  return (context, args) => {
    const sentinel = named(sentinels, args)
    const changes = new Map<keyof SentinelChanges, number>()
    for (let at = 3; at < args.length; at += 2) {
      const [option, value] = [argument(args, at), args[at + 1]]
      const name = option.toLowerCase()
      const known = options.get(name)
      if (value === undefined || (known === undefined && !ignored.has(name)))
        throw new CommandError(`ERR Unknown option or number of arguments for SENTINEL SET '${option}'`)
      const number = parseInteger(value)
      if (number === null || number <= 0 || number > numberMax)
        throw new CommandError(`ERR Invalid argument '${value}' for SENTINEL SET '${option}'`)
      if (known !== undefined) changes.set(known, number)
    }
    okIf(context, () => sentinels.change(sentinel, Object.fromEntries(changes)))
  }
}

const numberMax = 2_147_483_647

/** What was asked for is done; it is certain, or the client hears that it is not. */
function okIf(context: CommandContext, isCertain: () => Promise<boolean>): void {
  replyLater(context, async () => {
    const isSaved = await isCertain()
    return () => {
      if (isSaved) context.reply.ok()
      else context.reply.error('ERR Failed to save config file')
    }
  })
}

function quorumOf({ majority, quorum, usable }: Sentinel): {
  readonly isEnough: boolean
  readonly text: string
} {
  const counted = `${usable} usable Sentinels.`
  if (usable >= Math.max(quorum, majority))
    return { isEnough: true, text: `OK ${counted} Quorum and failover authorization can be reached` }
  const parts = [
    ...(usable < quorum
      ? ['Not enough available Sentinels to reach the specified quorum for this master']
      : []),
    ...(usable < majority
      ? ['Not enough available Sentinels to reach the majority and authorize a failover']
      : []),
  ]
  return { isEnough: false, text: `NOQUORUM ${counted} ${parts.join('. ')}` }
}
