// CLIENT TRACKING and what belongs to it.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import type { TrackingOptions } from '../client.ts'
import type { CommandContext } from './context.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

const tracking: Run = (context, args) => {
  const { client, reply, server } = context
  const isOn = isWord(args[2], 'ON')
  const options = trackingOptions(context, args)
  if (!isOn && !isWord(args[2], 'OFF')) throw new CommandError(syntaxError)
  if (isOn) {
    demandConsistent(client.tracking, options)
    const old = client.tracking?.prefixes ?? []
    demandApart(old, options.prefixes)
    server.tracking.set(client, { ...options, prefixes: [...old, ...options.prefixes].toSorted(byBytes) })
  } else server.tracking.set(client, null)
  reply.ok()
}

function trackingOptions(context: CommandContext, args: readonly ByteString[]): TrackingOptions {
  const flags = new Set<string>()
  const prefixes: ByteString[] = []
  let redirect = 0
  for (let at = 3; at < args.length; at += 1) {
    const word = argument(args, at).toUpperCase()
    const next = args[at + 1]
    if (word === 'REDIRECT' && next !== undefined) {
      at += 1
      if (redirect !== 0) throw new CommandError('ERR A client can only redirect to a single other client')
      redirect = integer(next)
      if (!context.server.clients.has(redirect))
        throw new CommandError('ERR The client ID you want redirect to does not exist')
    } else if (word === 'PREFIX' && next !== undefined) {
      at += 1
      prefixes.push(next)
    } else if (['BCAST', 'OPTIN', 'OPTOUT', 'NOLOOP'].includes(word)) flags.add(word)
    else throw new CommandError(syntaxError)
  }
  const isBroadcast = flags.has('BCAST')
  if (!isBroadcast && prefixes.length > 0)
    throw new CommandError('ERR PREFIX option requires BCAST mode to be enabled')
  const [isOptIn, isOptOut, isNoLoop] = [flags.has('OPTIN'), flags.has('OPTOUT'), flags.has('NOLOOP')]
  if (isOptIn && isOptOut) throw new CommandError("ERR You can't specify both OPTIN mode and OPTOUT mode")
  if (isBroadcast && (isOptIn || isOptOut))
    throw new CommandError('ERR OPTIN and OPTOUT are not compatible with BCAST')
  return { isBroadcast, prefixes, redirect, isOptIn, isOptOut, isNoLoop, isRedirectBroken: false }
}

function demandConsistent(old: TrackingOptions | null, options: TrackingOptions): void {
  if (old === null) return
  if (old.isBroadcast !== options.isBroadcast)
    throw new CommandError(
      "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
    )
  if ((old.isOptIn && options.isOptOut) || (old.isOptOut && options.isOptIn))
    throw new CommandError(
      "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
    )
}

/** A prefix of another one would tell the same change twice. */
function demandApart(old: readonly ByteString[], given: readonly ByteString[]): void {
  for (const [at, prefix] of given.entries()) {
    const before = old.find((other) => overlap(prefix, other))
    const beside = given.slice(at + 1).find((other) => overlap(prefix, other))
    if (before !== undefined || beside !== undefined)
      throw new CommandError(
        `ERR Prefix '${prefix}' overlaps with ${before === undefined ? 'another provided' : 'an existing'} prefix '${before ?? beside}'. Prefixes for a single client must not overlap.`,
      )
  }
}

function overlap(one: ByteString, other: ByteString): boolean {
  return one.startsWith(other) || other.startsWith(one)
}

function byBytes(one: ByteString, other: ByteString): number {
  return one < other ? -1 : one > other ? 1 : 0
}

const caching: Run = ({ client, reply }, args) => {
  const options = client.tracking
  if (options === null)
    throw new CommandError(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
    )
  if (isWord(args[2], 'YES')) {
    if (!options.isOptIn)
      throw new CommandError('ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.')
    client.caching = true
  } else if (isWord(args[2], 'NO')) {
    if (!options.isOptOut)
      throw new CommandError('ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.')
    client.caching = false
  } else throw new CommandError(syntaxError)
  reply.ok()
}

const info: Run = ({ client, reply }) => {
  const options = client.tracking
  const flags = options === null ? ['off'] : ['on']
  if (options?.isBroadcast === true) flags.push('bcast')
  if (options?.isOptIn === true) flags.push('optin', ...(client.caching === true ? ['caching-yes'] : []))
  if (options?.isOptOut === true) flags.push('optout', ...(client.caching === false ? ['caching-no'] : []))
  if (options?.isNoLoop === true) flags.push('noloop')
  if (options?.isRedirectBroken === true) flags.push('broken_redirect')
  reply.map(3)
  reply.bulk('flags')
  reply.set(flags.length)
  for (const flag of flags) reply.bulk(flag)
  reply.bulk('redirect')
  reply.integer(options === null ? -1 : options.redirect)
  reply.bulk('prefixes')
  reply.bulks(options?.prefixes ?? [])
}

const usual = 'noscript loading stale @connection'

/** CLIENT's subcommands for caches. */
export const trackingSubcommands: readonly Command[] = [
  command('client|tracking', -3, usual, tracking),
  command('client|trackinginfo', 2, usual, info),
  command('client|caching', 3, usual, caching),
  command('client|getredir', 2, usual, ({ client, reply }) => {
    reply.integer(client.tracking === null ? -1 : client.tracking.redirect)
  }),
]
