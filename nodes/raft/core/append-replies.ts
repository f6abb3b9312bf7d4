// What a leader learns from the answers to its appends: how far each follower is, what is committed, who still follows.

import { advanceByMajority } from './committing.ts'
import type { LogIndex } from './entry.ts'
import { noteAnswer } from './follower-answer.ts'
import type { AppendReplyMessage } from './message.ts'
import type { Progress } from './progress.ts'
import { serveConfirmedReads } from './reads.ts'
import { sendAppend } from './replication.ts'
import { becomeFollower } from './role.ts'
import type { Leadership, RaftState } from './state.ts'
import { continueTransfer } from './transfer.ts'
import type { NodeId } from '../../../sim/index.ts'

/** A follower's answer to an append. */
export function onAppendReply(raft: RaftState, source: NodeId, message: AppendReplyMessage): void {
  if (message.term > raft.term) return becomeFollower(raft, message.term, null)
  const { leadership } = raft
  if (leadership === null || message.term < raft.term) return
  const progress = leadership.progress.get(source)
  if (progress === undefined) return
  noteAnswer(leadership, progress, message.sentAt)
  if (message.isSuccess) onMatch(raft, leadership, progress, message.index)
  else onRefusal(raft, progress, message)
  if (raft.leadership !== leadership) return
  sendAppend(raft, progress, false)
  continueTransfer(raft, leadership)
  serveConfirmedReads(raft, leadership)
}

function onMatch(raft: RaftState, leadership: Leadership, progress: Progress, match: LogIndex): void {
  if (progress.mode === 'snapshot' && match < (progress.snapshot?.index ?? 0)) return
  if (match < progress.match) return
  const isNews = match > progress.match && match > raft.commit
  progress.match = match
  if (progress.next <= match) progress.next = match + 1
  startReplicating(progress)
  if (isNews) advanceByMajority(raft, leadership)
}

function startReplicating(progress: Progress): void {
  progress.isWaiting = false
  if (progress.mode === 'replicate') return
  progress.mode = 'replicate'
  progress.snapshot = null
  progress.next = progress.match + 1
}

/** The follower's log does not hold the entry before those sent: go back (5.3, end). Late refusals say nothing new. */
function onRefusal(raft: RaftState, progress: Progress, message: AppendReplyMessage): void {
  const refused = message.index
  if (refused <= progress.match || progress.mode === 'snapshot') return
  if (progress.mode === 'probe' && refused !== progress.next - 1) return
  progress.mode = 'probe'
  progress.isWaiting = false
  progress.next = Math.max(progress.match + 1, goOnAt(raft, message))
}

// With the hint of version 2 a whole term is passed over at a time; without, one entry.
function goOnAt(raft: RaftState, message: AppendReplyMessage): LogIndex {
  const { index, conflictIndex, conflictTerm } = message
  if (conflictIndex === undefined) return index
  const hinted = Math.min(conflictIndex, index)
  if (conflictTerm === undefined) return hinted
  const last = raft.log.lastOfTerm(index - 1, conflictTerm)
  return raft.log.termAt(last) === conflictTerm ? last + 1 : hinted
}
