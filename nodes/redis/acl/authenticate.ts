// Passwords: kept as SHA-256, as in ACL lists.

import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

import type { User } from './user.ts'
import type { ByteString } from '../value.ts'

/** SHA-256 of a password in hexadecimal. */
export function passwordHash(password: ByteString): string {
  return createHash('sha256').update(Buffer.from(password, 'latin1')).digest('hex')
}

/** Whether a password lets somebody in as a user. */
export function isPassword(user: User | undefined, password: ByteString): boolean {
  if (user?.isEnabled !== true) return false
  return user.isPasswordless || user.passwords.has(passwordHash(password))
}
