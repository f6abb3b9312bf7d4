// From bytes to commands that have run: what may run is looked up and checked here, in Redis's order, and what a command did
// is told to those who keep copies.

import { type Denial, denial, denialText } from './acl/permission.ts'
import type { Client } from './client.ts'
import { cText } from './c-text.ts'
import { CommandError } from './command-error.ts'
import { noteDenial } from './commands/acl-log.ts'
import { type Command, keyIndexes } from './commands/command.ts'
import type { CommandContext } from './commands/context.ts'
import { whyProtected } from './commands/protected-commands.ts'
import { makeRoom } from './eviction.ts'
import { ProtocolError } from './resp/protocol-error.ts'
import { redacted } from './redaction.ts'
import type { ByteString } from './value.ts'

/** Beyond so many bytes of replies the commands that came with them wait until those have left. */
const repliesMax = 64 * 1024 * 1024

/**
 * Runs what a client has sent, until more bytes are needed or it waits. `pauses`: or until its replies are many, which `client.isPaused`
 * then says; whoever calls has to go on.
 */
export function processInput(context: CommandContext, pauses = false): void {
  const { client, server } = context
  client.isPaused = false
  server.spoke(client)
  try {
    while (!client.isBlocked && !client.isClosing) {
      const args = client.postponed ?? client.decoder.next()
      if (args === null) break
      client.postponed = null
      if (isFromBrowser(args)) {
        cutOff(context)
        break
      }
      if (server.pause.isOn && mustWait(context, args)) break
      execute(context, args)
      if (pauses && client.reply.out.length > repliesMax) {
        client.isPaused = true
        break
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    client.reply.error(`ERR Protocol error: ${error.message}`)
    server.statistics.countError('ERR ')
    client.isClosing = true
  }
}

/** HTTP that reached this port: a page can make a browser send it, with commands in the body. */
function isFromBrowser([name = '']: readonly ByteString[]): boolean {
  return (name.length === 4 || name.length === 5) && /^(?:post|host:)$/i.test(name)
}

/** As Redis does it: nothing more is read, and nothing is said. */
function cutOff({ client, server }: CommandContext): void {
  server.env.log.warn('got POST or Host:, as in HTTP, and closed the connection', { client: client.address })
  client.reply.take()
  client.isClosing = true
}

/** CLIENT PAUSE: the command is kept until it is over. */
function mustWait({ client, server }: CommandContext, args: readonly ByteString[]): boolean {
  const command = server.commands.get((args[0] ?? '').toLowerCase())
  const isQueued = client.transaction !== null && command?.name !== 'exec'
  if (command === undefined || isQueued || !server.pause.holds(client, command)) return false
  client.postponed = args
  server.pause.wait(client)
  return true
}

/** Runs one command as a client sent it. */
export function execute(context: CommandContext, args: readonly ByteString[]): void {
  const { client, server } = context
  const mark = client.reply.out
  client.lastAt = server.keyspace.now
  client.activeAt = server.moment
  const command = findCommand(context, args)
  if (command !== null) {
    const refusal = whyNotRun(context, command, args)
    if (refusal !== null) refuse(context, refusal, command)
    else if (client.transaction !== null && !runsAtOnce.has(command.name)) {
      if (command.flags.has('no_multi'))
        refuse(context, 'ERR Command not allowed inside a transaction', command)
      else {
        client.transaction.queue.push({ command, args })
        for (const arg of args) client.transaction.bytes += arg.length
        client.reply.simple('QUEUED')
      }
    } else if (server.replicator?.takes(context, command, args) !== true) call(context, command, args)
  }
  if (client.replyMode !== 'on') silence(client, mark)
  endUnit(context)
}

/** Commands that run although a transaction is being queued. */
const runsAtOnce: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset'])

/** The command of a name, subcommands included; null where there is none, which was answered. */
function findCommand(context: CommandContext, args: readonly ByteString[]): Command | null {
  const { server } = context
  const name = args[0] ?? ''
  const command = server.named.get(name) ?? server.commands.get(name.toLowerCase())
  if (command === undefined) {
    refuse(context, unknownCommand(args), null)
    return null
  }
  if (command.subcommands === null || args.length < 2) return arityChecked(context, command, args)
  const found = command.subcommands.get((args[1] ?? '').toLowerCase())
  if (found === undefined) {
    const text = `ERR unknown subcommand '${cText(args[1])}'. Try ${command.name.toUpperCase()} HELP.`
    refuse(context, text, command)
    return null
  }
  return arityChecked(context, found, args)
}

function arityChecked(
  context: CommandContext,
  command: Command,
  args: readonly ByteString[],
): Command | null {
  const { arity } = command
  if (arity > 0 ? args.length === arity : args.length >= -arity) return command
  refuse(context, `ERR wrong number of arguments for '${command.name}' command`, command)
  return null
}

function unknownCommand(args: readonly ByteString[]): string {
  let shown = ''
  for (const arg of args.slice(1)) {
    if (shown.length >= 128) break
    shown += `'${cText(arg, 128 - shown.length)}' `
  }
  return `ERR unknown command '${cText(args[0])}', with args beginning with: ${shown}`
}

/** Why a command may not run now, as the reply says it. */
function whyNotRun(context: CommandContext, command: Command, args: readonly ByteString[]): string | null {
  const { client, server } = context
  if (command.isProtected) {
    const refusal = whyProtected(server, client, command)
    if (refusal !== null) return refusal
  }
  if (!client.isAuthenticated && !command.flags.has('no_auth')) return 'NOAUTH Authentication required.'
  if (!client.user.isUnlimited) {
    const refusal = denied(context, command, args, client.transaction === null ? 'toplevel' : 'multi')
    if (refusal !== null) return denialText(refusal)
  }
  client.isShortOfMemory = false
  // What one replica of a Raft log evicts the others would have.
  if (server.limits.maxmemory > 0 && client.role === 'client' && server.replicator === null) {
    client.isShortOfMemory = !makeRoom(server)
    if (client.isShortOfMemory && deniesOom(client, command))
      return "OOM command not allowed when used memory > 'maxmemory'."
  }
  if (command.isWrite || command.name === 'exec') {
    const refusal = writesAnything(client, command) ? (server.writeRefusal?.() ?? null) : null
    if (refusal !== null) return refusal
  }
  if (client.role === 'client') {
    const refusal = server.replication.refusal(command)
    if (refusal !== null) return refusal
  }
  if (client.reply.protocol === 2 && client.isSubscriber && !subscriberCommands.has(command.name))
    return `ERR Can't execute '${command.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`
  if (server.isLoading && !command.flags.has('loading'))
    return 'LOADING Redis is loading the dataset in memory'
  return null
}

function writesAnything(client: Client, command: Command): boolean {
  if (client.role !== 'client') return false
  return command.isWrite || (client.transaction?.queue.some((queued) => queued.command.isWrite) ?? false)
}

function deniesOom(client: Client, command: Command): boolean {
  if (command.isDenyOom) return true
  return (
    command.name === 'exec' && (client.transaction?.queue.some((queued) => queued.command.isDenyOom) ?? false)
  )
}

const subscriberCommands: ReadonlySet<string> = new Set([
  'ping',
  'subscribe',
  'ssubscribe',
  'sunsubscribe',
  'unsubscribe',
  'psubscribe',
  'punsubscribe',
  'quit',
  'reset',
])

function refuse(context: CommandContext, text: string, command: Command | null): void {
  const { client, server } = context
  if (client.transaction !== null && command?.name !== 'exec') client.transaction.isBroken = true
  if (command !== null) command.usage.rejected += 1
  server.statistics.countError(text)
  if (command?.name === 'exec') {
    // EXEC that may not run discards what was queued, and says so even where nothing was.
    client.transaction = null
    server.watching.clear(client)
    client.reply.error(`EXECABORT Transaction discarded because of: ${text.replace(/^ERR /, '')}`)
  } else client.reply.error(text)
}

/** Runs a command that may run: its reply, its effects, its figures. */
export function call(context: CommandContext, command: Command, args: readonly ByteString[]): void {
  const { client, server, keyspace } = context
  const { statistics } = server
  const { usage } = command
  client.lastCommand = command.name
  if (server.monitors.size > 0 && !command.flags.has('skip_monitor') && !command.flags.has('admin'))
    server.monitored(client, redacted(command.name, args))
  const dirty = keyspace.dirty
  const isWanted = keyspace.effects.isWanted
  const outer = context.effects
  context.effects = null
  if (server.tracking.isOn) server.tracking.source = client
  const start = server.moment
  const mark = context.reply.out
  try {
    command.run(context, args)
  } catch (error) {
    fail(context, error, mark)
    usage.failed += 1
  }
  server.moment = server.env.clock.monotonic()
  const took = server.moment - start
  usage.calls += 1
  usage.time += took
  if (server.limits.isLatencyTracked) usage.durations.add(took)
  statistics.commands += 1
  if (isWanted && keyspace.dirty !== dirty) tell(context, args)
  context.effects = outer
  if (client.tracking !== null) {
    if (command.isReadonly) remember(context, command, args)
    if (command.name !== 'client|caching') client.caching = null
  }
  const { latencyThreshold } = server.limits
  if (latencyThreshold > 0 && took >= latencyThreshold * 1_000_000)
    server.latency.add(
      command.flags.has('fast') ? 'fast-command' : 'command',
      Math.floor(keyspace.now / 1000),
      Math.floor(took / 1_000_000),
    )
  if (server.limits.slowlogThreshold >= 0 && took >= server.limits.slowlogThreshold * 1000)
    server.slow(client, command, redacted(command.name, args), took)
}

/** Why a command may not run from a script that is allowed to write, or is not (`isReadonly`), as the error says it. */
export function whyNotScripted(
  context: CommandContext,
  command: Command,
  args: readonly ByteString[],
): string | null {
  const { client, server } = context
  if (command.flags.has('noscript')) return 'ERR This Redis command is not allowed from script'
  const unlike = server.replicator?.whyNotScripted(command) ?? null
  if (unlike !== null) return unlike
  if (!client.user.isUnlimited) {
    const refusal = denied(context, command, args, 'lua')
    if (refusal !== null) return deniedScript(refusal)
  }
  if (!command.isWrite || client.role !== 'client') return null
  if (command.isDenyOom && client.isShortOfMemory)
    return "OOM command not allowed when used memory > 'maxmemory'."
  return server.writeRefusal?.() ?? server.replication.refusal(command)
}

function deniedScript({ reason }: Denial): string {
  if (reason === 'key')
    return "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments"
  return reason === 'channel'
    ? "ERR The user executing the script can't publish to the channel mentioned in the command"
    : "ERR The user executing the script can't run this command or subcommand"
}

/** Why the client's user may not run a command, which is noted; null where it may. */
function denied(
  context: CommandContext,
  command: Command,
  args: readonly ByteString[],
  place: 'toplevel' | 'multi' | 'lua',
): Denial | null {
  const refusal = denial(context.client.user, command, args)
  if (refusal !== null) noteDenial(context, { ...refusal, context: place })
  return refusal
}

/** Answers a client that waited, as a command of its own. */
export function answer(context: CommandContext, act: () => void): void {
  const { keyspace, server } = context
  const outer = context.effects
  context.effects = null
  const mark = context.reply.out
  try {
    act()
  } catch (error) {
    fail(context, error, mark)
  }
  for (const effect of context.effects ?? []) keyspace.effects.add(context.db.index, effect)
  context.effects = outer
  keyspace.effects.end()
  server.tracking.tell()
}

/** The error of a command is its reply, in place of what it said before. */
function fail(context: CommandContext, error: unknown, mark: ByteString): void {
  const text = error instanceof CommandError ? error.message : isTooLong(error) ? tooLong : null
  if (text === null) throw error
  context.reply.rewind(mark)
  context.reply.error(text)
  const { statistics } = context.server
  statistics.countError(text)
  if (context.client.role === 'master') statistics.unexpectedErrors += 1
}

/** Whether V8 refused a text for its length: then that of a command, or of all replies to what came at once, is too long. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Invalid string length'
}

const tooLong = 'ERR the reply or the string would be longer than this server can make it: 536870888 bytes'

function tell(context: CommandContext, args: readonly ByteString[]): void {
  const { keyspace, effects } = context
  if (effects === null) keyspace.effects.add(context.db.index, args)
  else for (const effect of effects) keyspace.effects.add(context.db.index, effect)
}

/** What was done together ends: it is told, and those who waited for it are served. */
export function endUnit(context: CommandContext): void {
  const { keyspace, server } = context
  keyspace.effects.end()
  if (server.blocking.size > 0) server.blocking.serve()
  server.tracking.tell()
}

function remember(context: CommandContext, command: Command, args: readonly ByteString[]): void {
  const { client, server } = context
  const { tracking, caching } = client
  if (tracking === null || tracking.isBroadcast) return
  if (tracking.isOptIn && caching !== true) return
  if (tracking.isOptOut && caching === false) return
  server.tracking.remember(
    client,
    keyIndexes(command, args).map((index) => args[index] ?? ''),
  )
}

/** CLIENT REPLY OFF and SKIP: what was said is not said. */
function silence(client: Client, mark: ByteString): void {
  client.reply.rewind(mark)
  if (client.replyMode === 'skip') client.replyMode = 'on'
  if (client.replyMode === 'skip-next') client.replyMode = 'skip'
}
