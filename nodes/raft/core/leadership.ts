// What a leader does over time: its election, its heartbeats, its doubts (check-quorum) and its commit index.

import type { Entry, LogIndex } from './entry.ts'
import { appendToLog } from './appending.ts'
import { advanceByMajority } from './committing.ts'
import { newProgress } from './progress.ts'
import { wasFollowedSince } from './quorum.ts'
import { broadcast, sendAppend } from './replication.ts'
import { becomeFollower, changeRole } from './role.ts'
import type { Leadership, RaftState } from './state.ts'
import type { Instant } from '../../../sim/index.ts'

/** Won the election: tells everyone, with an entry of the new term if the rules say so (section 8). */
export function startLeadership(raft: RaftState): void {
  const { settings, log } = raft
  changeRole(raft, 'leader')
  raft.leader = raft.id
  raft.leadership = {
    progress: new Map(),
    followers: [],
    ownMatch: raft.staging.stableIndex,
    beganAfter: log.lastIndex,
    beganAt: raft.now,
    reads: [],
    quorumCheckAt: (raft.now + settings.electionTimeoutMax) as Instant,
    transfer: null,
    isLeaseVoid: false,
    lastAppend: null,
    entriesPerAppendMax: raft.host.buggify('raft.small-append') ? 1 : settings.entriesPerAppendMax,
  }
  followMembers(raft, raft.leadership)
  if (settings.rules.beginsTermWithEntry()) appendAsLeader(raft, { term: raft.term, command: null })
  else broadcast(raft, true)
}

/** Keeps a progress for every other member, and for no one else. */
export function followMembers(raft: RaftState, leadership: Leadership): void {
  const { voters, learners } = raft.configuration
  const members = new Set([...voters, ...learners])
  for (const member of members)
    if (member !== raft.id && !leadership.progress.has(member))
      leadership.progress.set(member, newProgress(member, raft.log.lastIndex + 1, raft.now))
  for (const member of leadership.progress.keys())
    if (!members.has(member)) leadership.progress.delete(member)
  leadership.followers = [...leadership.progress.values()]
}

/** Appends an entry to the leader's own log and sends it to everyone, before it is on its own disk (thesis 10.2.1). */
export function appendAsLeader(raft: RaftState, entry: Entry): LogIndex {
  const { leadership, settings } = raft
  const index = appendToLog(raft, [entry])
  if (leadership !== null) {
    if (entry.configuration !== undefined) followMembers(raft, leadership)
    if (settings.rules.acknowledgeWhen() === 'received') leadership.ownMatch = index
    broadcast(raft, false)
    // A cluster of one, or a rule that counts early.
    advanceByMajority(raft, leadership)
  }
  return index
}

/** Heartbeats that are due, a transfer that took too long, a majority that is gone. */
export function onLeaderTick(raft: RaftState, leadership: Leadership): void {
  if (raft.now >= leadership.quorumCheckAt && !checkMajority(raft, leadership)) return
  if (leadership.transfer !== null && raft.now >= leadership.transfer.deadline) leadership.transfer = null
  const due = raft.now - raft.settings.heartbeat
  for (const progress of leadership.followers) if (progress.sentAt <= due) sendAppend(raft, progress, true)
}

// A leader that a majority has not answered for an election time-out steps down (thesis 6.2), so that its clients look
// for the leader that the others may have elected.
function checkMajority(raft: RaftState, leadership: Leadership): boolean {
  const span = raft.settings.electionTimeoutMax
  leadership.quorumCheckAt = (raft.now + span) as Instant
  if (wasFollowedSince(raft, leadership, raft.now - span)) return true
  becomeFollower(raft, raft.term, null)
  return false
}

/** When the leader has something to do next. */
export function leaderDeadline(raft: RaftState, leadership: Leadership): Instant {
  let deadline: number = leadership.quorumCheckAt
  if (leadership.transfer !== null) deadline = Math.min(deadline, leadership.transfer.deadline)
  for (const progress of leadership.followers)
    deadline = Math.min(deadline, progress.sentAt + raft.settings.heartbeat)
  return deadline as Instant
}
