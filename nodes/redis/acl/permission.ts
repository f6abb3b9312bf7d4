// Whether a user may run a command on its keys and channels, and the reply where not.

import type { Selector, User } from './user.ts'
import type { Command } from '../commands/command.ts'
import { type KeyUse, keyUses } from '../commands/key-specifications.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString } from '../value.ts'

const channelCommands: ReadonlySet<string> = new Set([
  'publish',
  'spublish',
  'subscribe',
  'ssubscribe',
  'psubscribe',
])
const accessing: ReadonlySet<string> = new Set(['access'])
const changing: ReadonlySet<string> = new Set(['insert', 'update', 'delete'])

/** Why a command may not run: the command itself, or one of its keys or channels (`object`). */
export interface Denial {
  readonly reason: 'command' | 'key' | 'channel'
  readonly object: ByteString
}

/** Why a user may not run a command; null where it may. Of several selectors the one that comes furthest tells why. */
export function denial(user: User, command: Command, args: readonly ByteString[]): Denial | null {
  if (user.isUnlimited) return null
  let worst: Denial | null = null
  for (const selector of [user, ...user.selectors]) {
    const refusal = denialOf(selector, command, args)
    if (refusal === null) return null
    if (worst === null || depth(refusal) > depth(worst)) worst = refusal
  }
  return worst
}

function depth({ reason }: Denial): number {
  return ['command', 'key', 'channel'].indexOf(reason)
}

/** The error of a denial. */
export function denialText({ object, reason }: Denial): string {
  if (reason === 'command') return `NOPERM this user has no permissions to run the '${object}' command`
  return `NOPERM this user has no permissions to access one of the ${reason}s used as arguments`
}

function denialOf(selector: Selector, command: Command, args: readonly ByteString[]): Denial | null {
  if (!command.flags.has('no_auth') && !allowsCommand(selector, command, args))
    return { reason: 'command', object: command.name }
  if (!selector.keyPatterns.some(isEveryKey))
    for (const use of keyUses(command, args)) {
      const key = args[use.index] ?? ''
      if (!allowsKey(selector, key, use)) return { reason: 'key', object: key }
    }
  if (channelCommands.has(command.name))
    for (const channel of channelsOf(command, args))
      if (!allowsChannel(selector, channel, command)) return { reason: 'channel', object: channel }
  return null
}

/** Whether the last rule that fits a command lets it run. A rule may name the first argument of one that has no subcommands. */
export function allowsCommand(
  selector: Selector,
  command: Command,
  args: readonly ByteString[] = [],
): boolean {
  const withArgument = `${command.name}|${(args[1] ?? '').toLowerCase()}`
  let isAllowed = false
  for (const rule of selector.commandRules) {
    const subject = rule.slice(1)
    const fits = subject.startsWith('@')
      ? subject === '@all' || command.categories.has(subject.slice(1))
      : command.name === subject || subject === withArgument || command.name.startsWith(`${subject}|`)
    if (fits) isAllowed = rule.startsWith('+')
  }
  return isAllowed
}

function isEveryKey({ mayRead, mayWrite, pattern }: Selector['keyPatterns'][number]): boolean {
  return pattern === '*' && mayRead && mayWrite
}

function allowsKey({ keyPatterns }: Selector, key: ByteString, { flags }: KeyUse): boolean {
  const reads = flags.some((flag) => accessing.has(flag))
  const writes = flags.some((flag) => changing.has(flag))
  return keyPatterns.some(
    ({ pattern, mayRead, mayWrite }) =>
      (mayRead || !reads) && (mayWrite || !writes) && matchesGlob(pattern, key),
  )
}

function channelsOf(command: Command, args: readonly ByteString[]): readonly ByteString[] {
  return command.name.endsWith('publish') ? args.slice(1, 2) : args.slice(1)
}

/** Patterns are allowed only as they are given to the user, channels by what they match. */
function allowsChannel(selector: Selector, channel: ByteString, command: Command): boolean {
  return selector.channelPatterns.some((pattern) =>
    command.name === 'psubscribe' && pattern !== '*' ? pattern === channel : matchesGlob(pattern, channel),
  )
}
