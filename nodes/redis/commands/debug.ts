// DEBUG: what tests ask of a server. It is open only where `enable-debug-command` says so (see protected-commands.ts).

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { encodingOf } from './object.ts'
import { debugReload } from './persistence.ts'
import { CommandError, noSuchKey } from '../command-error.ts'
import { sizeOf } from '../entry-size.ts'
import { parseMemory } from '../setting.ts'
import type { ByteString } from '../value.ts'

/** Keys that DEBUG POPULATE makes at most, so that one command cannot take all memory. */
const populatedMax = 1_000_000

const sleepMax = 1_000_000

/** Only the client that asks for it waits: what is no number is none, as in C. */
const sleep: Run = (context, args) => {
  const seconds = Number.parseFloat(argument(args, 2))
  const wait = Number.isNaN(seconds) ? 0 : Math.min(seconds, sleepMax)
  context.block({
    keys: [],
    timeout: Math.max(1, Math.ceil(wait * 1000)),
    serve: () => false,
    expire: () => {
      noteLatency(context, wait)
      context.reply.ok()
    },
  })
}

/** For the latency monitor it is a command that took so long. */
function noteLatency({ now, server }: CommandContext, seconds: number): void {
  const { latencyThreshold } = server.limits
  const took = Math.floor(seconds * 1000)
  if (latencyThreshold > 0 && took >= latencyThreshold)
    server.latency.add('command', Math.floor(now / 1000), took)
}

const object: Run = ({ db, reply, keyspace }, args) => {
  const entry = db.peek(argument(args, 2))
  if (entry === undefined) throw new CommandError(noSuchKey)
  const idle = Math.floor((keyspace.accessTime - entry.accessedAt) / 1000)
  reply.simple(
    `Value at:0x7f0000000000 refcount:1 encoding:${encodingOf(entry.value)} serializedlength:${sizeOf('', entry)} lru:0 lru_seconds_idle:${idle}`,
  )
}

const setActiveExpire: Run = ({ keyspace, reply }, args) => {
  keyspace.isExpiryActive = argument(args, 2) !== '0'
  reply.ok()
}

/** Lists here are in one piece: the size of their nodes says nothing. */
const setPackedThreshold: Run = ({ reply }, args) => {
  const size = parseMemory(argument(args, 2))
  if (size === null || size > 2 ** 32)
    throw new CommandError('ERR argument must be a memory value bigger than 1 and smaller than 4gb')
  reply.ok()
}

/** Nobody who keeps copies is told. */
const populate: Run = ({ db, reply }, args) => {
  const count = integer(argument(args, 2))
  if (count < 0 || count > populatedMax) throw new CommandError('ERR value is out of range, must be positive')
  const prefix = args[3] ?? 'key'
  const size = args[4] === undefined ? null : integer(args[4])
  for (let at = 0; at < count; at += 1) {
    const key = `${prefix}:${at}`
    if (!db.has(key)) db.add(key, { kind: 'string', bytes: sized(`value:${at}`, size), isRaw: false })
  }
  reply.ok()
}

function sized(bytes: ByteString, size: number | null): ByteString {
  if (size === null) return bytes
  return bytes.slice(0, size).padEnd(Math.max(0, size), '\0')
}

const protocols = 'string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false' as const

/** A reply of each type, for clients that are tested. */
const protocol: Run = (context, args) => {
  const { reply } = context
  switch (argument(args, 2).toLowerCase()) {
    case 'string':
      reply.bulk('Hello World')
      break
    case 'integer':
      reply.integer(12_345)
      break
    case 'double':
      reply.double(3.141)
      break
    case 'bignum':
      reply.bigNumber('1234567999999999999999999999999999999')
      break
    case 'null':
      reply.null()
      break
    case 'array':
      reply.array(3)
      for (let item = 0; item < 3; item += 1) reply.integer(item)
      break
    case 'set':
      reply.set(3)
      for (let item = 0; item < 3; item += 1) reply.integer(item)
      break
    case 'map':
      reply.map(3)
      for (let item = 0; item < 3; item += 1) {
        reply.integer(item)
        reply.boolean(item === 1)
      }
      break
    case 'verbatim':
      reply.verbatim('This is a verbatim\nstring')
      break
    case 'true':
    case 'false':
      reply.boolean(isWord(args[2], 'TRUE'))
      break
    default:
      besidesReply(context, argument(args, 2))
  }
}

function besidesReply({ reply }: CommandContext, type: ByteString): void {
  if (isWord(type, 'ATTRIB')) {
    if (reply.attribute(1)) {
      reply.bulk('key-popularity')
      reply.array(2)
      reply.bulk('key:123')
      reply.integer(90)
    }
    reply.bulk('Some real reply following the attribute')
  } else if (isWord(type, 'PUSH')) {
    if (reply.protocol === 2) throw new CommandError('ERR RESP2 is not supported by this command')
    reply.push(2)
    reply.bulk('server-cpu-usage')
    reply.integer(42)
    reply.bulk('Some real reply following the push reply')
  } else throw new CommandError(`ERR Wrong protocol type name. Please use one of the following: ${protocols}`)
}

interface Act {
  /** How many arguments it takes, with both names; and at most so many. */
  readonly arity: readonly [min: number, max: number]
  readonly usage: string
  readonly about: readonly string[]
  readonly run: Run
}

/** By their names, in the order in which HELP shows them. */
const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  [
    'CHANGE-REPL-ID',
    {
      arity: [2, 2],
      usage: '',
      about: ['Begin a stream of changes of another id, so that replicas need a new snapshot.'],
      run: ({ reply, server }) => {
        server.replication.renew()
        reply.ok()
      },
    },
  ],
  [
    'ERROR',
    {
      arity: [3, 3],
      usage: ' <string>',
      about: ['Reply with this error.'],
      run: (_, args) => {
        throw new CommandError(argument(args, 2))
      },
    },
  ],
  [
    'LOG',
    {
      arity: [3, 3],
      usage: ' <message>',
      about: ["Write a message to the server's log."],
      run: ({ reply, server }, args) => {
        server.env.log.warn('DEBUG LOG', { message: argument(args, 2) })
        reply.ok()
      },
    },
  ],
  ['OBJECT', { arity: [3, 4], usage: ' <key>', about: ['Tell how a value is kept.'], run: object }],
  [
    'POPULATE',
    {
      arity: [3, 5],
      usage: ' <count> [<prefix>] [<size>]',
      about: [
        'Create strings <prefix>:<number> (key:<number>), each as long as said; replicas are not told.',
      ],
      run: populate,
    },
  ],
  [
    'PROTOCOL',
    {
      arity: [3, 3],
      usage: ' <type>',
      about: [`Reply with a value of a type: ${protocols}.`],
      run: protocol,
    },
  ],
  [
    'QUICKLIST-PACKED-THRESHOLD',
    { arity: [3, 3], usage: ' <size>', about: ['Accepted, without an effect.'], run: setPackedThreshold },
  ],
  ['RELOAD', { arity: [2, 5], usage: '', about: ['Save everything and load it again.'], run: debugReload }],
  [
    'SET-ACTIVE-EXPIRE',
    {
      arity: [3, 3],
      usage: ' <0|1>',
      about: ['Let keys expire only when they are looked at (0), or in the background as well.'],
      run: setActiveExpire,
    },
  ],
  [
    'SLEEP',
    { arity: [3, 3], usage: ' <seconds>', about: ['Reply after a while; a fraction will do.'], run: sleep },
  ],
])

const run: Run = (context, args) => {
  if (args.length === 2 && isWord(args[1], 'HELP')) {
    writeHelp(context)
    return
  }
  const act = acts.get(argument(args, 1).toUpperCase())
  if (act === undefined || args.length < act.arity[0] || args.length > act.arity[1])
    throw new CommandError(
      `ERR unknown subcommand or wrong number of arguments for '${argument(args, 1)}'. Try DEBUG HELP.`,
    )
  act.run(context, args)
}

function writeHelp({ reply }: CommandContext): void {
  const lines = [...acts].flatMap(([name, { usage, about }]) => [
    `${name}${usage}`,
    ...about.map((line) => `    ${line}`),
  ])
  reply.array(lines.length + 3)
  reply.simple('DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:')
  for (const line of lines) reply.simple(line)
  reply.simple('HELP')
  reply.simple('    Prints this help.')
}

/** DEBUG. */
export const debugCommands: readonly Command[] = [
  command('debug', -2, 'admin noscript loading stale protected', run),
]
