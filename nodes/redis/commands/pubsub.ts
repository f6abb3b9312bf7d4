// Publish and subscribe: channels, patterns, shard channels.

import { argument } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { help, unknownSubcommand } from './help.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString } from '../value.ts'

type Kind = 'channels' | 'patterns' | 'shardChannels'

const words = {
  channels: ['subscribe', 'unsubscribe'],
  patterns: ['psubscribe', 'punsubscribe'],
  shardChannels: ['ssubscribe', 'sunsubscribe'],
} as const

function tell(context: CommandContext, kind: Kind, word: string, name: ByteString | null): void {
  const { client, reply } = context
  reply.push(3)
  reply.bulk(word)
  if (name === null) reply.null()
  else reply.bulk(name)
  reply.integer(kind === 'shardChannels' ? client.shardChannels.size : client.subscriptions)
}

function subscribe(kind: Kind): Run {
  return (context, args) => {
    for (const name of args.slice(1)) {
      context.server.pubsub.add(kind, context.client, name)
      tell(context, kind, words[kind][0], name)
    }
  }
}

function unsubscribe(kind: Kind): Run {
  return (context, args) => {
    const names = args.length > 1 ? args.slice(1) : [...context.client[kind]]
    for (const name of names) {
      context.server.pubsub.remove(kind, context.client, name)
      tell(context, kind, words[kind][1], name)
    }
    if (names.length === 0) tell(context, kind, words[kind][1], null)
  }
}

const publish: Run = (context, args) => {
  context.reply.integer(context.server.pubsub.publish(argument(args, 1), argument(args, 2)))
  context.forceEffect(args)
}

const spublish: Run = (context, args) => {
  context.reply.integer(context.server.pubsub.publishShard(argument(args, 1), argument(args, 2)))
  context.forceEffect(args)
}

function channelsOf(kind: 'channels' | 'shardChannels'): Run {
  return ({ reply, server }, args) => {
    const names = [...server.pubsub[kind].keys()]
    if (args.length > 3) throw unknownSubcommand(args)
    const pattern = args[2]
    reply.bulks(pattern === undefined ? names : names.filter((name) => matchesGlob(pattern, name)))
  }
}

function subscribersOf(kind: 'channels' | 'shardChannels'): Run {
  return ({ reply, server }, args) => {
    reply.array((args.length - 2) * 2)
    for (const name of args.slice(2)) {
      reply.bulk(name)
      reply.integer(server.pubsub[kind].get(name)?.size ?? 0)
    }
  }
}

/** Shard channels are told where keys stand, so that a cluster finds their node; they are none. */
const shardChannels = { first: 1, last: -1, step: 1, find: () => [] } as const

/** Commands of channels. */
export const pubsubCommands: readonly Command[] = [
  command('subscribe', -2, 'pubsub noscript loading stale', subscribe('channels')),
  command('unsubscribe', -1, 'pubsub noscript loading stale', unsubscribe('channels')),
  command('psubscribe', -2, 'pubsub noscript loading stale', subscribe('patterns')),
  command('punsubscribe', -1, 'pubsub noscript loading stale', unsubscribe('patterns')),
  command('ssubscribe', -2, 'pubsub noscript loading stale', subscribe('shardChannels'), {
    keys: shardChannels,
  }),
  command('sunsubscribe', -1, 'pubsub noscript loading stale', unsubscribe('shardChannels'), {
    keys: shardChannels,
  }),
  command('publish', 3, 'pubsub loading stale fast', publish),
  command('spublish', 3, 'pubsub loading stale fast', spublish, { keys: { ...shardChannels, last: 1 } }),
  command('pubsub', -2, '', () => undefined, {
    subcommands: [
      command('pubsub|channels', -2, 'pubsub loading stale', channelsOf('channels')),
      command('pubsub|shardchannels', -2, 'pubsub loading stale', channelsOf('shardChannels')),
      command('pubsub|numsub', -2, 'pubsub loading stale', subscribersOf('channels')),
      command('pubsub|shardnumsub', -2, 'pubsub loading stale', subscribersOf('shardChannels')),
      command('pubsub|numpat', 2, 'pubsub loading stale', ({ reply, server }) => {
        reply.integer(server.pubsub.patterns.size)
      }),
      help('pubsub', '', [
        ['CHANNELS [<pattern>]', "Return the currently active channels matching a <pattern> (default: '*')."],
        ['NUMPAT', 'Return number of subscriptions to patterns.'],
        ['NUMSUB [<channel> ...]', 'Return the number of subscribers for the specified channels.'],
        [
          'SHARDCHANNELS [<pattern>]',
          'Return the currently active shard level channels matching a <pattern>.',
        ],
        ['SHARDNUMSUB [<shardchannel> ...]', 'Return the number of subscribers of shard level channels.'],
      ]),
    ],
  }),
]
