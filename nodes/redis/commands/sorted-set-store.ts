// How sorted sets are kept under keys: made, changed, stored in place of what a key held; and how pairs are replied.

import type { ByteString, SortedSetValue } from '../value.ts'
import { sortedSetValue } from '../value.ts'
import type { CommandContext } from './context.ts'

/** A member with its score. */
export type Scored = readonly [member: ByteString, score: number]

/** Sets a score; the value takes the form for large sets where Redis changes to it. */
export function setScore(
  { server }: CommandContext,
  value: SortedSetValue,
  member: ByteString,
  score: number,
): void {
  const { members } = value
  const { zsetListpackEntries, zsetListpackValue } = server.limits
  const isNew = members.score(member) === undefined
  if (isNew && (members.size >= zsetListpackEntries || member.length > zsetListpackValue))
    value.encoding = 'skiplist'
  moveTo(value, member, score)
}

/** Sets the score of a member that is there. */
export function moveTo({ members, encoding }: SortedSetValue, member: ByteString, score: number): void {
  // In the small form whole numbers are kept as such, which have no -0.
  members.set(member, encoding === 'listpack' && score === 0 ? 0 : score)
}

/** The set of a key for a command that adds to it; makes one where there is nothing. */
export function sortedSetFor({ db }: CommandContext, key: ByteString): SortedSetValue {
  const found = db.findAs(key, 'zset')
  if (found !== undefined) return found
  const value = sortedSetValue()
  db.add(key, value)
  return value
}

/** Puts members in place of whatever a key holds; without members the key goes. Replies how many they are. */
export function storeScored(
  context: CommandContext,
  key: ByteString,
  pairs: readonly Scored[],
  event: string,
): void {
  const { db, reply } = context
  if (pairs.length === 0) {
    if (db.delete(key)) context.changed(key, 'g', 'del')
  } else {
    const value = sortedSetValue()
    for (const [member, score] of pairs) setScore(context, value, member, score)
    db.set(key, value)
    context.changed(key, 'z', event)
  }
  reply.integer(pairs.length)
}

/** Replies members, with their scores if asked: flat in RESP2, in pairs in RESP3. */
export function replyScored({ reply }: CommandContext, pairs: readonly Scored[], hasScores: boolean): void {
  const isFlat = reply.protocol === 2
  reply.array(pairs.length * (hasScores && isFlat ? 2 : 1))
  for (const [member, score] of pairs) {
    if (hasScores && !isFlat) reply.array(2)
    reply.bulk(member)
    if (hasScores) reply.double(score)
  }
}

/** One command changed a key in several ways: counts the rest, after `changed` has counted one. */
export function countChanges({ keyspace }: CommandContext, changes: number): void {
  keyspace.dirty += changes - 1
}
