// Sorted sets looked at piecemeal: random members, and scans.

import { CommandError, syntaxError } from '../command-error.ts'
import { matchesGlob } from '../structures/glob.ts'
import { doubleText } from '../structures/number-text.ts'
import type { SortedSet } from '../structures/sorted-set.ts'
import type { ByteString, SortedSetValue } from '../value.ts'
import { argument } from './arguments.ts'
import { demandPairs, drawCount, randomCount } from './random-counts.ts'
import { scanCursor, scanOptions, writeScan } from './scan.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyScored, type Scored } from './sorted-set-store.ts'

const zrandmember: Run = (context, args) => {
  const { db, reply } = context
  const count = args.length > 2 ? randomCount(argument(args, 2)) : undefined
  const hasScores = args.length > 3
  if (args.length > 4 || (hasScores && argument(args, 3).toUpperCase() !== 'WITHSCORES'))
    throw new CommandError(syntaxError)
  if (hasScores && count !== undefined) demandPairs(count)
  const members = db.readAs(argument(args, 1), 'zset')?.members
  if (count === undefined) reply.bulkOrNull(members === undefined ? undefined : drawn(context, members)[0])
  else
    replyScored(context, members === undefined ? [] : sample(context, members, drawCount(count)), hasScores)
}

function drawn({ keyspace }: CommandContext, members: SortedSet): Scored {
  const at = keyspace.draw(members.size)
  return members.slice(at, at + 1)[0] as Scored
}

/** So many different members, or (below 0) so many of which some may come again. */
function sample(context: CommandContext, members: SortedSet, count: number): readonly Scored[] {
  if (count < 0) return Array.from({ length: -count }, () => drawn(context, members))
  // From the highest down, as Redis goes through a set that is told whole.
  const all = members.slice(0, members.size).toReversed()
  if (count >= all.length) return all
  for (let i = 0; i < count; i++) {
    const j = i + context.keyspace.draw(all.length - i)
    ;[all[i], all[j]] = [all[j] as Scored, all[i] as Scored]
  }
  return all.slice(0, count)
}

const zscan: Run = ({ db, reply }, args) => {
  const cursor = scanCursor(argument(args, 2))
  const value = db.readAs(argument(args, 1), 'zset')
  const found: ByteString[] = []
  let next = 0
  if (value !== undefined) {
    const { pattern, count } = scanOptions(args, 2)
    const visit = (member: ByteString, score: number): void => {
      if (pattern === null || matchesGlob(pattern, member)) found.push(member, doubleText(score))
    }
    next = scan(value, { cursor, count, visit })
  }
  writeScan(reply, next, found)
}

interface Scan {
  readonly cursor: number
  readonly count: number
  readonly visit: (member: ByteString, score: number) => void
}

/** Small sets are told at once, in order. */
function scan({ members, encoding }: SortedSetValue, { cursor, count, visit }: Scan): number {
  if (encoding === 'skiplist') return members.scan(cursor, count, visit)
  for (const [member, score] of members) visit(member, score)
  return 0
}

const read = 'readonly @sortedset'

/** Commands that look at some members. */
export const sortedSetSampleCommands: readonly Command[] = [
  command('zrandmember', -2, read, zrandmember, { keys: oneKey }),
  command('zscan', -3, read, zscan, { keys: oneKey }),
]
