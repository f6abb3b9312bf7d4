// The SCAN family. A cursor is where a scan of an IndexedMap goes on; small collections are told at once.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString } from '../value.ts'
import { orderedMembers } from './set-encoding.ts'

/** What a scan is asked. */
interface ScanOptions {
  readonly count: number
  /** Null where everything matches. */
  readonly pattern: ByteString | null
  readonly type: ByteString | null
}

/** 2^64. */
const cursorEnd = 18_446_744_073_709_551_616n

/** As C's strtoul reads it; nothing is 0. What no scan has given out starts nowhere. */
export function scanCursor(text: ByteString): number {
  const isNumber = /^(?:[+-]?[0-9]{1,30})?$/.test(text)
  const cursor = isNumber ? BigInt(text) : cursorEnd
  if (cursor >= cursorEnd || cursor <= -cursorEnd) throw new CommandError('ERR invalid cursor')
  return cursor < 0n ? Infinity : Number(cursor)
}

/** The options after the cursor at an index. */
export function scanOptions(args: readonly ByteString[], cursorAt: number): ScanOptions {
  let [count, pattern, type]: [number, ByteString | null, ByteString | null] = [10, null, null]
  for (let at = cursorAt + 1; at < args.length; at += 2) {
    const value = args[at + 1]
    if (value === undefined) throw new CommandError(syntaxError)
    if (isWord(args[at], 'COUNT')) {
      count = integer(value)
      if (count < 1) throw new CommandError(syntaxError)
    } else if (isWord(args[at], 'MATCH')) pattern = value === '*' ? null : value
    else if (isWord(args[at], 'TYPE') && cursorAt === 1) type = value.toLowerCase()
    else throw new CommandError(syntaxError)
  }
  return { count, pattern, type }
}

/** Replies a cursor and what was found. */
export function writeScan(reply: ReplyWriter, cursor: number, found: readonly ByteString[]): void {
  reply.array(2)
  reply.bulk(`${cursor}`)
  reply.bulks(found)
}

const scan: Run = ({ db, reply }, args) => {
  const cursor = scanCursor(argument(args, 1))
  const { count, pattern, type } = scanOptions(args, 1)
  const visited: ByteString[] = []
  const next = db.scan(cursor, count, (key, { value }) => {
    if (pattern !== null && !matchesGlob(pattern, key)) return
    if (type !== null && value.kind !== type) return
    visited.push(key)
  })
  // Looking for those that have expired removes them, hence after the visit.
  writeScan(
    reply,
    next,
    visited.filter((key) => db.has(key)),
  )
}

const sscan: Run = ({ db, reply }, args) => {
  const cursor = scanCursor(argument(args, 2))
  const value = db.readAs(argument(args, 1), 'set')
  const found: ByteString[] = []
  let next = 0
  // Where there is nothing the options are not even looked at.
  if (value !== undefined) {
    const { count, pattern } = scanOptions(args, 2)
    const take = (member: ByteString): void => {
      if (pattern === null || matchesGlob(pattern, member)) found.push(member)
    }
    if (value.encoding === 'intset') for (const member of orderedMembers(value)) take(member)
    else next = value.members.scan(cursor, count, take)
  }
  writeScan(reply, next, found)
}

const hscan: Run = ({ db, reply }, args) => {
  const cursor = scanCursor(argument(args, 2))
  const value = db.readAs(argument(args, 1), 'hash')
  const found: ByteString[] = []
  let next = 0
  if (value !== undefined) {
    const { count, pattern } = scanOptions(args, 2)
    const [from, most] = value.encoding === 'listpack' ? [0, Infinity] : [cursor, count]
    next = value.fields.scan(from, most, (field, bytes) => {
      if (pattern === null || matchesGlob(pattern, field)) found.push(field, bytes)
    })
  }
  writeScan(reply, next, found)
}

/** Commands that scan (ZSCAN is with the sorted sets). */
export const scanCommands: readonly Command[] = [
  command('scan', -2, 'readonly @keyspace', scan),
  command('sscan', -3, 'readonly @set', sscan, { keys: oneKey }),
  command('hscan', -3, 'readonly @hash', hscan, { keys: oneKey }),
]
