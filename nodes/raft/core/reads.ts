// Linearizable reads without the log (section 8; thesis 6.4): the leader makes sure that it still is one, either by an
// answer of a majority to something sent since the read came (read-index), or by a lease that such answers extend.

import { majorityEcho } from './quorum.ts'
import { broadcast } from './replication.ts'
import type { Leadership, RaftState, ReadHandler } from './state.ts'
import type { Instant } from '../../../sim/index.ts'

/** How a read is made safe. */
export type ReadMode = 'index' | 'lease'

/**
 * Calls the handler when the state machine holds every write that was acknowledged before this call: with 'ready' at once
 * or later, or with 'lost' when this server cannot tell. The state is then to be read within the call.
 */
export function read(raft: RaftState, mode: ReadMode, handler: ReadHandler): void {
  const { leadership } = raft
  if (leadership === null) return handler('lost')
  if (mode === 'lease' && knowsCommit(raft, leadership) && holdsLease(raft, leadership))
    return handler('ready')
  if (leadership.reads.length >= raft.settings.waitingMax) return handler('lost')
  leadership.reads.push({ since: raft.now, handler })
  broadcastSince(raft, leadership, raft.now)
  serveConfirmedReads(raft, leadership)
}

// Until an entry of its own term is committed, a leader does not know what is committed (thesis 6.4, step 1).
function knowsCommit(raft: RaftState, leadership: Leadership): boolean {
  return raft.commit > leadership.beganAfter
}

/**
 * Whether no other leader can have been elected: a majority followed this one so recently that none of it votes for
 * another yet, as long as no clock drifts by more than `clockDriftMax` (thesis 6.4.1). A transfer ends that for the term.
 */
export function holdsLease(raft: RaftState, leadership: Leadership): boolean {
  if (leadership.isLeaseVoid) return false
  const { rules, electionTimeoutMin, clockDriftMax } = raft.settings
  const lease = rules.leaseDuration(electionTimeoutMin, clockDriftMax)
  return raft.now < majorityEcho(raft, leadership) + lease
}

// Whoever was sent something at this very instant will confirm the read with the answer.
function broadcastSince(raft: RaftState, leadership: Leadership, since: Instant): void {
  for (const progress of leadership.followers) if (progress.sentAt < since) return broadcast(raft, true)
}

/** Answers the reads for which a majority has confirmed the leader since they came. */
export function serveConfirmedReads(raft: RaftState, leadership: Leadership): void {
  const { reads } = leadership
  if (reads.length === 0 || !knowsCommit(raft, leadership)) return
  const confirmed = majorityEcho(raft, leadership)
  while (reads.length > 0 && (reads[0] as (typeof reads)[0]).since <= confirmed)
    reads.shift()?.handler('ready')
}
