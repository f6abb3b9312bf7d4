// The follower's side of log replication (5.3).

import { appendToLog, truncateLog } from './appending.ts'
import { advanceCommit } from './committing.ts'
import type { LogIndex, Term } from './entry.ts'
import type { AppendMessage, AppendReplyMessage } from './message.ts'
import { becomeFollower } from './role.ts'
import type { RaftState } from './state.ts'
import type { NodeId } from '../../../sim/index.ts'

/** AppendEntries: a heartbeat, entries, or both. */
export function onAppend(raft: RaftState, source: NodeId, message: AppendMessage): void {
  if (!raft.settings.rules.acceptAppend(message.term, raft.term)) return refuse(raft, source, message)
  heardLeader(raft, source, message.term)
  if (!matches(raft, message)) return refuse(raft, source, message)
  const match = message.previousIndex + message.entries.length
  store(raft, message, match)
  const { sentAt } = message
  acknowledge(raft, source, {
    kind: 'raft.append-reply',
    term: raft.term,
    isSuccess: true,
    index: match,
    sentAt,
  })
  advanceCommit(raft, Math.min(message.commit, match))
}

/** A message of the current term's leader, or of a newer one: follow it. */
export function heardLeader(raft: RaftState, leader: NodeId, term: Term): void {
  if (raft.leader !== leader || raft.role !== 'follower' || term > raft.term)
    becomeFollower(raft, Math.max(term, raft.term), leader)
  raft.contactAt = raft.now
  raft.restartElectionTimer()
}

/** The consistency check. What was compacted away was committed, and so agrees. */
function matches(raft: RaftState, { previousIndex, previousTerm }: AppendMessage): boolean {
  return previousIndex < raft.log.base || raft.log.termAt(previousIndex) === previousTerm
}

// An append may be late or sent twice: what the log already holds stays, and what follows it too, as it may be newer than
// this append (5.3: only a conflict removes entries).
function store(raft: RaftState, { previousIndex, entries }: AppendMessage, end: LogIndex): void {
  const { log, settings } = raft
  let index = Math.max(previousIndex, log.base) + 1
  while (index <= end && log.termAt(index) === entries[index - previousIndex - 1]?.term) index++
  const conflict = index <= end && index <= log.lastIndex ? index : null
  const from = settings.rules.truncateFrom({ conflict, end })
  if (from !== null && from <= log.lastIndex) truncateLog(raft, from)
  if (index <= end)
    appendToLog(raft, index === previousIndex + 1 ? entries : entries.slice(index - previousIndex - 1))
}

/** Answers when everything that the answer promises is on disk. */
export function acknowledge(raft: RaftState, leader: NodeId, reply: AppendReplyMessage): void {
  if (raft.settings.rules.acknowledgeWhen() === 'synced') raft.release(leader, reply)
  else raft.host.send(leader, reply)
}

/** The append is of a former leader, or the entry before it is missing or another. */
function refuse(raft: RaftState, source: NodeId, { previousIndex, sentAt }: AppendMessage): void {
  const { term, settings } = raft
  const reply = { kind: 'raft.append-reply', term, isSuccess: false, index: previousIndex, sentAt } as const
  raft.release(source, settings.version === 1 ? reply : { ...reply, ...hint(raft, previousIndex) })
}

/** Where the leader should go on: past the whole conflicting term, or at the end of a log that is too short (5.3, end). */
function hint(
  raft: RaftState,
  refused: LogIndex,
): Pick<AppendReplyMessage, 'conflictIndex' | 'conflictTerm'> {
  const { log } = raft
  const conflictTerm = log.termAt(refused)
  if (conflictTerm === undefined) return { conflictIndex: log.lastIndex + 1 }
  return { conflictIndex: log.firstOfTerm(refused), conflictTerm }
}
