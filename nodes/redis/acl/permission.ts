// Whether a user may run a command on its keys and channels, and the reply where not.

import type { User } from './user.ts'
import { type Command, keyIndexes } from '../commands/command.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString } from '../value.ts'

const channelCommands: ReadonlySet<string> = new Set([
  'publish',
  'spublish',
  'subscribe',
  'ssubscribe',
  'psubscribe',
])

/** Why a user may not run a command; null where it may. */
export function mayRun(user: User, command: Command, args: readonly ByteString[]): string | null {
  if (!allowsCommand(user, command) && !command.flags.has('no_auth'))
    return `NOPERM this user has no permissions to run the '${command.name}' command`
  if (!keyIndexes(command, args).every((index) => allowsKey(user, args[index] ?? '', command)))
    return 'NOPERM this user has no permissions to access one of the keys used as arguments'
  if (
    channelCommands.has(command.name) &&
    !channelsOf(command, args).every((channel) => allowsChannel(user, channel, command))
  )
    return 'NOPERM this user has no permissions to access one of the channels used as arguments'
  return null
}

/** Whether the last rule that fits a command lets it run. */
export function allowsCommand(user: User, command: Command): boolean {
  let isAllowed = false
  for (const rule of user.commandRules) {
    const subject = rule.slice(1)
    const fits = subject.startsWith('@')
      ? subject === '@all' || command.categories.has(subject.slice(1))
      : command.name === subject || command.name.startsWith(`${subject}|`)
    if (fits) isAllowed = rule.startsWith('+')
  }
  return isAllowed
}

function allowsKey(user: User, key: ByteString, command: Command): boolean {
  return user.keyPatterns.some(
    ({ pattern, mayRead, mayWrite }) => (command.isWrite ? mayWrite : mayRead) && matchesGlob(pattern, key),
  )
}

function channelsOf(command: Command, args: readonly ByteString[]): readonly ByteString[] {
  return command.name.endsWith('publish') ? args.slice(1, 2) : args.slice(1)
}

/** Patterns are allowed only as they are given to the user, channels by what they match. */
function allowsChannel(user: User, channel: ByteString, command: Command): boolean {
  return user.channelPatterns.some((pattern) =>
    command.name === 'psubscribe' && pattern !== '*' ? pattern === channel : matchesGlob(pattern, channel),
  )
}
