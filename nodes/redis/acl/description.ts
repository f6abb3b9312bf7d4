// Users as rules: what ACL LIST shows and an ACL file holds.

import type { Selector, User } from './user.ts'

/** Key patterns as rules. */
export function keyRules({ keyPatterns }: Selector): readonly string[] {
  return keyPatterns.map(({ pattern, mayRead, mayWrite }) =>
    mayRead && mayWrite ? `~${pattern}` : `%${mayRead ? 'R' : 'W'}~${pattern}`,
  )
}

function selectorRules(selector: Selector): readonly string[] {
  const { channelPatterns, commandRules } = selector
  const channels = channelPatterns.map((pattern) => `&${pattern}`)
  const isEvery = channelPatterns.length === 1 && channelPatterns[0] === '*'
  return [...keyRules(selector), ...(isEvery ? channels : ['resetchannels', ...channels]), ...commandRules]
}

/** Flags as ACL GETUSER shows them. */
export function flagsOf(user: User): readonly string[] {
  const flags = [user.isEnabled ? 'on' : 'off']
  if (user.isPasswordless) flags.push('nopass')
  if (user.sanitizing !== '') flags.push(user.sanitizing)
  return flags
}

/** A user as ACL LIST shows it. */
export function describeUser(user: User): string {
  return [
    'user',
    user.name,
    ...flagsOf(user),
    ...[...user.passwords].map((hash) => `#${hash}`),
    ...selectorRules(user),
    ...user.selectors.map((selector) => `(${selectorRules(selector).join(' ')})`),
  ].join(' ')
}
