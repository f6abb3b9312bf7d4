// Who a client is, and what it may do.

import type { ByteString } from '../value.ts'

/** What may be done with what. Commands are ruled from left to right: the last rule that fits decides. */
export interface Selector {
  /** `+@all`, `-get`, `+config|get`: in the order given. */
  commandRules: readonly string[]
  keyPatterns: readonly KeyPattern[]
  channelPatterns: readonly ByteString[]
}

/** A user. What it is itself allowed is its first selector; where that refuses, another may allow. */
export interface User extends Selector {
  readonly name: ByteString
  isEnabled: boolean
  /** Whoever knows the name is let in. */
  isPasswordless: boolean
  /** What was said of looking closely at payloads of RESTORE; it is always done here. */
  sanitizing: '' | 'sanitize-payload' | 'skip-sanitize-payload'
  /** SHA-256 in hexadecimal. */
  readonly passwords: Set<string>
  selectors: readonly Selector[]
  /** Whether it may do everything, so that nothing needs to be looked up. */
  isUnlimited: boolean
}

/** Keys that a user may read or write. */
export interface KeyPattern {
  readonly pattern: ByteString
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

/** Allows nothing but some channels. */
export function newSelector(channelPatterns: readonly ByteString[]): Selector {
  return { commandRules: ['-@all'], keyPatterns: [], channelPatterns }
}

/** The user that clients are unless they say otherwise: may do everything, without a password. */
export function defaultUser(): User {
  return {
    name: 'default',
    isEnabled: true,
    isPasswordless: true,
    sanitizing: '',
    passwords: new Set(),
    commandRules: ['+@all'],
    keyPatterns: [{ pattern: '*', mayRead: true, mayWrite: true }],
    channelPatterns: ['*'],
    selectors: [],
    isUnlimited: true,
  }
}
