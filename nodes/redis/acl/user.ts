// Who a client is, and what it may do: ACL basics.

import type { ByteString } from '../value.ts'

/** A user. Commands are ruled from left to right: the last rule that fits decides. */
export interface User {
  readonly name: ByteString
  isEnabled: boolean
  /** Whoever knows the name is let in. */
  isPasswordless: boolean
  /** SHA-256 in hexadecimal. */
  readonly passwords: Set<string>
  /** `+@all`, `-get`, `+config|get`: in the order given. */
  commandRules: readonly string[]
  keyPatterns: readonly KeyPattern[]
  channelPatterns: readonly ByteString[]
  /** Whether it may do everything, so that nothing needs to be looked up. */
  isUnlimited: boolean
}

/** Keys that a user may read or write. */
export interface KeyPattern {
  readonly pattern: ByteString
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

/** The user that clients are unless they say otherwise: may do everything, without a password. */
export function defaultUser(): User {
  return {
    name: 'default',
    isEnabled: true,
    isPasswordless: true,
    passwords: new Set(),
    commandRules: ['+@all'],
    keyPatterns: [{ pattern: '*', mayRead: true, mayWrite: true }],
    channelPatterns: ['*'],
    isUnlimited: true,
  }
}
