// The ACL file: a user a line, as ACL LIST shows it. Read whole or not at all.

import { Buffer } from 'node:buffer'

import { describeUser } from './description.ts'
import { applyRule, mergedRules, newUser, type RuleBook } from './rules.ts'
import { defaultUser, type User } from './user.ts'
import { CommandError } from '../command-error.ts'
import { type Disk, DiskError } from '../../../sim/index.ts'
import type { ByteString } from '../value.ts'

/** The longest file, in bytes. */
const sizeMax = 16 * 1024 * 1024

/** Users as the text of a file. */
export function aclText(users: Iterable<User>): string {
  return Array.from(users, (user) => `${describeUser(user)}\n`)
    .sort()
    .join('')
}

/** The users of a text. Throws a CommandError that tells every line that is wrong. */
export function parseAcl(text: string, name: string, book: RuleBook): ReadonlyMap<ByteString, User> {
  const users = new Map<ByteString, User>()
  const problems: string[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '')
    if (words.length === 0 || line.startsWith('#')) continue
    const [keyword, user] = words
    if (keyword === 'user' && user !== undefined && users.has(user)) {
      problems.push(`WARNING: Duplicate user '${user}' found on line ${at + 1}. `)
      continue
    }
    const problem = parseLine(words, users, book)
    if (problem !== null) problems.push(`${name}:${at + 1}: ${problem}. `)
  }
  if (problems.length > 0)
    throw new CommandError(
      `ERR ${problems.slice(0, 100).join('')}WARNING: ACL errors detected, no change to the previously active ACL rules was performed`,
    )
  if (!users.has('default')) users.set('default', defaultUser())
  return users
}

function parseLine(words: readonly string[], users: Map<ByteString, User>, book: RuleBook): string | null {
  const [keyword, name, ...rules] = words
  if (keyword !== 'user' || name === undefined)
    return 'should start with user keyword followed by the username'
  const user = newUser(name, book)
  const merged = mergedRules(rules)
  if (typeof merged === 'string') return merged
  for (const rule of merged) {
    const problem = applyRule(user, rule, book)
    if (problem !== null) return problem
  }
  users.set(name, user)
  return null
}

/** Reads a file; null where there is none that can be read. */
export async function readAclFile(disk: Disk, path: string): Promise<string | null> {
  try {
    const file = await disk.open(path, {})
    try {
      const size = await file.size()
      if (size > sizeMax) return null
      const pieces: Uint8Array[] = []
      for (let at = 0; at < size;) {
        const bytes = await file.read(at, size - at)
        if (bytes.length === 0) return null
        pieces.push(bytes)
        at += bytes.length
      }
      return Buffer.concat(pieces).toString('latin1')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof DiskError) return null
    throw error
  }
}
