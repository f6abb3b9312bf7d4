// InstallSnapshot, the leader's side (section 7, figure 13): in parts, the next one when the last has arrived.

import { noteAnswer } from './follower-answer.ts'
import type { SnapshotMessage, SnapshotReplyMessage } from './message.ts'
import type { Progress, Snapshot } from './progress.ts'
import { becomeFollower } from './role.ts'
import type { RaftState } from './state.ts'
import type { NodeId } from '../../../sim/index.ts'

/** Sends a follower the next part of a snapshot, or the same part again. */
export function sendSnapshotPart(raft: RaftState, progress: Progress): void {
  const snapshot = progress.snapshot ?? beginSnapshot(raft, progress)
  if (snapshot === null) return
  progress.isWaiting = true
  progress.sentAt = raft.now
  raft.host.send(progress.node, partOf(raft, snapshot, progress.offset))
}

function beginSnapshot(raft: RaftState, progress: Progress): Snapshot | null {
  progress.mode = 'snapshot'
  progress.snapshot = raft.snapshot
  progress.offset = 0
  return raft.snapshot
}

function partOf(raft: RaftState, snapshot: Snapshot, offset: number): SnapshotMessage {
  const sizeMax = raft.host.buggify('raft.small-snapshot-part') ? 64 : raft.settings.snapshotPartMax
  const end = Math.min(offset + sizeMax, snapshot.state.length)
  return {
    kind: 'raft.snapshot',
    term: raft.term,
    index: snapshot.index,
    indexTerm: snapshot.term,
    configuration: snapshot.configuration,
    offset,
    part: snapshot.state.slice(offset, end),
    isLast: end === snapshot.state.length,
    sentAt: raft.now,
  }
}

/** A follower has a part and wants the one at another offset. */
export function onSnapshotReply(raft: RaftState, source: NodeId, message: SnapshotReplyMessage): void {
  if (message.term > raft.term) return becomeFollower(raft, message.term, null)
  const { leadership } = raft
  if (leadership === null || message.term < raft.term) return
  const progress = leadership.progress.get(source)
  if (progress === undefined) return
  noteAnswer(leadership, progress, message.sentAt)
  if (progress.snapshot?.index !== message.index || message.offset === progress.offset) return
  progress.offset = message.offset
  sendSnapshotPart(raft, progress)
}
