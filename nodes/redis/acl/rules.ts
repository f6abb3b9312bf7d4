// What ACL SETUSER says of a user, rule by rule.

import { passwordHash } from './authenticate.ts'
import { allowsCommand } from './permission.ts'
import { type KeyPattern, newSelector, type Selector, type User } from './user.ts'
import { cText } from '../c-text.ts'
import type { Command } from '../commands/command.ts'
import type { ByteString } from '../value.ts'

/** All commands, by their first names. */
export type Commands = ReadonlyMap<string, Command>

/** What a server says to its rules. */
export interface RuleBook {
  readonly commands: Commands
  /** The channels of users and selectors of whom nothing was said yet: none or all (`acl-pubsub-default`). */
  readonly firstChannels: readonly ByteString[]
}

/** Rules of a selector, and selectors of a user: beyond so many, rules are refused. */
const rulesMax = 4000

const blanks = [' ', '\t', '\n', '\v', '\f', '\r', '\0'] as const

/** Whether a text has what would end a word of an ACL file: what C takes for a space, or NUL. */
export function hasBlanks(text: ByteString): boolean {
  return blanks.some((blank) => text.includes(blank))
}

/** A user who may do nothing yet, unless channels are for all. */
export function newUser(name: ByteString, { firstChannels }: Pick<RuleBook, 'firstChannels'>): User {
  return {
    ...newSelector(firstChannels),
    name,
    isEnabled: false,
    isPasswordless: false,
    sanitizing: '',
    passwords: new Set(),
    selectors: [],
    isUnlimited: false,
  }
}

/** Copies a user, so that rules can be tried before they count. */
export function copyUser(user: User): User {
  return {
    ...user,
    passwords: new Set(user.passwords),
    selectors: user.selectors.map((selector) => ({ ...selector })),
  }
}

/** All categories of a table. */
export function categoriesOf(commands: Commands): readonly string[] {
  return [...new Set(everyCommand(commands).flatMap(({ categories }) => [...categories]))].sort()
}

function everyCommand(commands: Commands): readonly Command[] {
  return [...commands.values()].flatMap((each) => [each, ...(each.subcommands?.values() ?? [])])
}

const everyKey: KeyPattern = { pattern: '*', mayRead: true, mayWrite: true }

const ofSelector: ReadonlyMap<string, (selector: Selector) => void> = new Map<
  string,
  (selector: Selector) => void
>([
  ['allkeys', (selector) => void (selector.keyPatterns = [everyKey])],
  ['resetkeys', (selector) => void (selector.keyPatterns = [])],
  ['allchannels', (selector) => void (selector.channelPatterns = ['*'])],
  ['resetchannels', (selector) => void (selector.channelPatterns = [])],
  ['allcommands', (selector) => void (selector.commandRules = ['+@all'])],
  ['nocommands', (selector) => void (selector.commandRules = ['-@all'])],
])

const ofUser: ReadonlyMap<string, (user: User) => void> = new Map<string, (user: User) => void>([
  ['on', (user) => void (user.isEnabled = true)],
  ['off', (user) => void (user.isEnabled = false)],
  ['sanitize-payload', (user) => void (user.sanitizing = 'sanitize-payload')],
  ['skip-sanitize-payload', (user) => void (user.sanitizing = 'skip-sanitize-payload')],
  ['clearselectors', (user) => void (user.selectors = [])],
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
])

/** Rules with those of a selector, from `(` to `)`, as one; or that a `)` is missing. */
export function mergedRules(rules: readonly ByteString[]): readonly ByteString[] | string {
  const merged: ByteString[] = []
  let open: ByteString | null = null
  for (const rule of rules) {
    if (open !== null) open += ` ${rule}`
    else if (rule.startsWith('(') && !rule.endsWith(')')) open = rule
    else merged.push(rule)
    if (open?.endsWith(')') === true) {
      merged.push(open)
      open = null
    }
  }
  return open === null ? merged : `Unmatched parenthesis in acl selector starting at '${open.split(' ')[0]}'.`
}

/** Changes a user by one rule; what is wrong with the rule, or null. */
export function applyRule(user: User, rule: ByteString, book: RuleBook): string | null {
  const problem = changed(user, rule, book)
  user.isUnlimited = isUnlimited(user)
  return problem
}

function changed(user: User, rule: ByteString, book: RuleBook): string | null {
  if (rule.toLowerCase() === 'reset') {
    Object.assign(user, newUser(user.name, book), { sanitizing: 'sanitize-payload' })
    return null
  }
  const act = ofUser.get(rule.toLowerCase())
  if (act !== undefined) {
    act(user)
    return null
  }
  if (rule.startsWith('(') && rule.endsWith(')')) return addSelector(user, rule, book)
  if ('><#!'.includes(rule.charAt(0)) && rule !== '') return changePasswords(user, rule)
  return applySelectorRule(user, rule, book.commands)
}

function addSelector(user: User, rule: ByteString, { commands, firstChannels }: RuleBook): string | null {
  if (user.selectors.length >= rulesMax) return 'Too many selectors'
  const selector = newSelector(firstChannels)
  for (const word of cText(rule.slice(1, -1), Infinity).split(/[ \t\r\n]+/))
    if (word !== '') {
      const problem = applySelectorRule(selector, word, commands)
      if (problem !== null) return problem
    }
  user.selectors = [...user.selectors, selector]
  return null
}

function changePasswords(user: User, rule: ByteString): string | null {
  const [sign, rest] = [rule.charAt(0), rule.slice(1)]
  const isHash = sign === '#' || sign === '!'
  if (isHash && !/^[0-9a-f]{64}$/.test(rest))
    return 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters'
  const hash = isHash ? rest : passwordHash(rest)
  if (sign === '<' || sign === '!')
    return user.passwords.delete(hash)
      ? null
      : 'The password you are trying to remove from the user does not exist'
  user.passwords.add(hash)
  user.isPasswordless = false
  return null
}

function applySelectorRule(selector: Selector, rule: ByteString, commands: Commands): string | null {
  const act = ofSelector.get(rule.toLowerCase())
  if (act !== undefined) {
    act(selector)
    return null
  }
  if (rule.toLowerCase() === '~*') return addPattern(selector, everyKey)
  if (rule.startsWith('~') || rule.startsWith('%')) {
    if (selector.keyPatterns.some(isEveryKey)) return afterEveryKey
    if (rule.startsWith('%')) return addLimitedPattern(selector, rule)
    return addPattern(selector, { ...everyKey, pattern: rule.slice(1) })
  }
  if (rule.startsWith('&')) return addChannel(selector, rule.slice(1))
  if (rule.startsWith('+') || rule.startsWith('-'))
    return applyCommandRule(selector, rule.toLowerCase(), commands)
  return 'Syntax error'
}

const afterEveryKey =
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns"

function isEveryKey({ mayRead, mayWrite, pattern }: KeyPattern): boolean {
  return pattern === '*' && mayRead && mayWrite
}

function addLimitedPattern(selector: Selector, rule: ByteString): string | null {
  const [, letters = '', hasPattern = '', pattern = ''] = /^%([RW]*)(~?)(.*)$/is.exec(rule) ?? []
  if (letters === '' || (hasPattern === '' && pattern !== '')) return 'Syntax error'
  const limits = letters.toUpperCase()
  return addPattern(selector, { pattern, mayRead: limits.includes('R'), mayWrite: limits.includes('W') })
}

function addPattern(selector: Selector, added: KeyPattern): string | null {
  const { keyPatterns } = selector
  if (hasBlanks(added.pattern)) return 'Syntax error'
  if (keyPatterns.length >= rulesMax) return 'Too many patterns'
  if (isEveryKey(added)) {
    selector.keyPatterns = [everyKey]
    return null
  }
  const at = keyPatterns.findIndex(({ pattern }) => pattern === added.pattern)
  const known = keyPatterns[at]
  if (known === undefined) selector.keyPatterns = [...keyPatterns, added]
  else
    selector.keyPatterns = keyPatterns.with(at, {
      pattern: known.pattern,
      mayRead: known.mayRead || added.mayRead,
      mayWrite: known.mayWrite || added.mayWrite,
    })
  return null
}

function addChannel(selector: Selector, pattern: ByteString): string | null {
  const { channelPatterns } = selector
  if (channelPatterns.includes('*') && pattern !== '*')
    return "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels"
  if (hasBlanks(pattern)) return 'Syntax error'
  if (channelPatterns.length >= rulesMax) return 'Too many patterns'
  if (pattern === '*') selector.channelPatterns = ['*']
  else if (!channelPatterns.includes(pattern)) selector.channelPatterns = [...channelPatterns, pattern]
  return null
}

function applyCommandRule(selector: Selector, rule: string, commands: Commands): string | null {
  const subject = rule.slice(1)
  const unknown = 'Unknown command or category name in ACL'
  if (subject.startsWith('@')) {
    if (subject === '@all') {
      selector.commandRules = [rule]
      return null
    }
    if (!categoriesOf(commands).includes(subject.slice(1))) return unknown
  } else {
    const [name = '', second] = subject.split('|')
    const found = commands.get(name)
    if (found === undefined) return unknown
    if (second !== undefined && found.subcommands?.has(second) !== true) {
      if (found.subcommands !== null) return unknown
      if (rule.startsWith('-')) return 'Allowing first-arg of a subcommand is not supported'
    }
  }
  const others = selector.commandRules.filter((each) => each.slice(1) !== subject)
  if (others.length >= rulesMax) return 'Too many rules'
  selector.commandRules = withoutIdle([...others, rule], commands)
  return null
}

/** Without rules that, given the others, decide nothing. Only what the last rule may have made idle is looked at. */
function withoutIdle(rules: readonly string[], commands: Commands): readonly string[] {
  if (rules.length > 32) return rules
  const all = everyCommand(commands)
  const verdicts = (commandRules: readonly string[]): string =>
    all
      .map((each) => (allowsCommand({ commandRules, keyPatterns: [], channelPatterns: [] }, each) ? 1 : 0))
      .join('')
  const wanted = verdicts(rules)
  let kept = rules
  for (const rule of rules.slice(1)) {
    if (rule.includes('|')) continue
    const without = kept.filter((each) => each !== rule)
    if (verdicts(without) === wanted) kept = without
  }
  return kept
}

function isUnlimited({ channelPatterns, commandRules, keyPatterns }: User): boolean {
  return (
    commandRules.length === 1 &&
    commandRules[0] === '+@all' &&
    keyPatterns.some(isEveryKey) &&
    channelPatterns.includes('*')
  )
}
