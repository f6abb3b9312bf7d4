// Leadership transfer (thesis 3.10): the leader takes no more proposals, brings the target up to date, and asks it to
// begin an election at once. If that takes longer than an election time-out, the leader goes on.

import type { TimeoutNowMessage } from './message.ts'
import type { Leadership, RaftState } from './state.ts'
import type { Instant, NodeId } from '../../../sim/index.ts'

/** Begins to hand leadership to another voter. False when this server is not the leader or the target no other voter. */
export function transferLeadership(raft: RaftState, target: NodeId): boolean {
  const { leadership } = raft
  const isPossible = target !== raft.id && raft.configuration.voters.includes(target)
  if (leadership === null || !isPossible) return false
  const deadline = (raft.now + raft.settings.electionTimeoutMax) as Instant
  leadership.transfer = { target, deadline, isAsked: false }
  continueTransfer(raft, leadership)
  return true
}

/** Asks the target to begin its election once it has the whole log. */
export function continueTransfer(raft: RaftState, leadership: Leadership): void {
  const { transfer } = leadership
  if (transfer === null || transfer.isAsked) return
  if (leadership.progress.get(transfer.target)?.match !== raft.log.lastIndex) return
  transfer.isAsked = true
  // The target may be elected as soon as it hears this, however late that is.
  leadership.isLeaseVoid = true
  const message: TimeoutNowMessage = { kind: 'raft.timeout-now', term: raft.term }
  raft.host.send(transfer.target, message)
}
