// What ACL SETUSER says of a user, rule by rule, and a user as such rules.

import { passwordHash } from './authenticate.ts'
import type { KeyPattern, User } from './user.ts'
import type { Command } from '../commands/command.ts'
import type { ByteString } from '../value.ts'

/** A user who may do nothing yet. */
export function newUser(name: ByteString): User {
  return {
    name,
    isEnabled: false,
    isPasswordless: false,
    passwords: new Set(),
    commandRules: ['-@all'],
    keyPatterns: [],
    channelPatterns: [],
    isUnlimited: false,
  }
}

/** Copies a user, so that rules can be tried before they count. */
export function copyUser(user: User): User {
  return { ...user, passwords: new Set(user.passwords) }
}

/** All categories of a table. */
export function categoriesOf(commands: ReadonlyMap<string, Command>): readonly string[] {
  const all = [...commands.values()].flatMap((each) => [each, ...(each.subcommands?.values() ?? [])])
  return [...new Set(all.flatMap(({ categories }) => [...categories]))].sort()
}

const simple: ReadonlyMap<string, (user: User) => void> = new Map<string, (user: User) => void>([
  ['on', (user) => void (user.isEnabled = true)],
  ['off', (user) => void (user.isEnabled = false)],
  ['allkeys', (user) => void (user.keyPatterns = [everyKey])],
  ['resetkeys', (user) => void (user.keyPatterns = [])],
  ['allchannels', (user) => void (user.channelPatterns = ['*'])],
  ['resetchannels', (user) => void (user.channelPatterns = [])],
  ['allcommands', (user) => void (user.commandRules = ['+@all'])],
  ['nocommands', (user) => void (user.commandRules = ['-@all'])],
  [
    'nopass',
    (user) => {
      user.isPasswordless = true
      user.passwords.clear()
    },
  ],
  [
    'resetpass',
    (user) => {
      user.isPasswordless = false
      user.passwords.clear()
    },
  ],
  ['reset', (user) => void Object.assign(user, { ...newUser(user.name) })],
])

const everyKey: KeyPattern = { pattern: '*', mayRead: true, mayWrite: true }

/** Changes a user by one rule; what is wrong with the rule, or null. */
export function applyRule(
  user: User,
  rule: ByteString,
  commands: ReadonlyMap<string, Command>,
): string | null {
  const act = simple.get(rule.toLowerCase())
  const rest = rule.slice(1)
  if (act !== undefined) act(user)
  else if (rule.startsWith('>')) addPassword(user, passwordHash(rest))
  else if (rule.startsWith('<'))
    return user.passwords.delete(passwordHash(rest))
      ? null
      : 'The password you are trying to remove from the user does not exist'
  else if (/^#[0-9a-f]{64}$/.test(rule)) addPassword(user, rest)
  else if (rule.startsWith('~')) user.keyPatterns = [...user.keyPatterns, { ...everyKey, pattern: rest }]
  else if (/^%(?:R|W|RW|WR)~/i.test(rule)) user.keyPatterns = [...user.keyPatterns, limitedPattern(rule)]
  else if (rule.startsWith('&')) user.channelPatterns = [...user.channelPatterns, rest]
  else if (rule.startsWith('+') || rule.startsWith('-'))
    return applyCommandRule(user, rule.toLowerCase(), commands)
  else return 'Syntax error'
  user.isUnlimited = isUnlimited(user)
  return null
}

function addPassword(user: User, hash: string): void {
  user.passwords.add(hash)
  user.isPasswordless = false
}

function limitedPattern(rule: ByteString): KeyPattern {
  const tilde = rule.indexOf('~')
  const letters = rule.slice(1, tilde).toUpperCase()
  return { pattern: rule.slice(tilde + 1), mayRead: letters.includes('R'), mayWrite: letters.includes('W') }
}

function applyCommandRule(user: User, rule: string, commands: ReadonlyMap<string, Command>): string | null {
  const subject = rule.slice(1)
  const [name = '', second] = subject.split('|')
  if (subject.startsWith('@')) {
    if (subject !== '@all' && !categoriesOf(commands).includes(subject.slice(1)))
      return 'Unknown command or category name in ACL'
  } else if (
    !commands.has(name) ||
    (second !== undefined && commands.get(name)?.subcommands?.has(second) !== true)
  )
    return 'Unknown command or category name in ACL'
  const others = user.commandRules.filter((each) => each.slice(1) !== subject)
  user.commandRules = subject === '@all' ? [rule] : [...others, rule]
  user.isUnlimited = isUnlimited(user)
  return null
}

function isUnlimited({ commandRules, keyPatterns, channelPatterns }: User): boolean {
  const hasAllKeys = keyPatterns.some(
    ({ pattern, mayRead, mayWrite }) => pattern === '*' && mayRead && mayWrite,
  )
  return (
    commandRules.length === 1 && commandRules[0] === '+@all' && hasAllKeys && channelPatterns.includes('*')
  )
}

/** Key patterns as rules. */
export function keyRules({ keyPatterns }: User): readonly string[] {
  return keyPatterns.map(({ pattern, mayRead, mayWrite }) =>
    mayRead && mayWrite ? `~${pattern}` : `%${mayRead ? 'R' : 'W'}~${pattern}`,
  )
}

/** A user as ACL LIST shows it. */
export function describeUser(user: User): string {
  const channels =
    user.channelPatterns.length === 0
      ? ['resetchannels']
      : user.channelPatterns.map((pattern) => `&${pattern}`)
  const passwords = user.isPasswordless ? ['nopass'] : [...user.passwords].map((hash) => `#${hash}`)
  return [
    'user',
    user.name,
    user.isEnabled ? 'on' : 'off',
    ...passwords,
    ...keyRules(user),
    ...channels,
    ...user.commandRules,
  ].join(' ')
}
