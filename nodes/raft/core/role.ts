// Changes of role, and what each leaves behind.

import type { Term } from './entry.ts'
import type { Role } from './rules.ts'
import type { RaftState } from './state.ts'
import type { NodeId } from '../../../sim/index.ts'

/** Follows, in a term at least as high as the current one; `leader` is null when it is not known yet (5.1). */
export function becomeFollower(raft: RaftState, term: Term, leader: NodeId | null): void {
  const isNewTerm = term > raft.term
  if (isNewTerm) beginTerm(raft, term)
  if (raft.role !== 'follower' || isNewTerm) {
    const wasFollower = raft.role === 'follower'
    changeRole(raft, 'follower')
    // A term alone resets no timer (5.2: only an append of the leader or a granted vote does).
    if (!wasFollower) raft.drawElectionTimeout()
  }
  raft.leader = leader
}

/** Enters a term: no vote given in it, no leader known. The disk learns of it before anything is said in it. */
export function beginTerm(raft: RaftState, term: Term): void {
  raft.term = term
  raft.vote = null
  raft.leader = null
  raft.incoming = null
  raft.staging.stageState()
}

/** Tells which entries were applied since this was told last. */
export function reportApplied(raft: RaftState): void {
  if (raft.reported === raft.applied) return
  raft.host.probe('raft.apply', raft.log.describe(raft.reported + 1, raft.applied))
  raft.reported = raft.applied
}

/** Takes a role and tells everyone whom it concerns. What a leader kept is gone; its reads are lost. */
export function changeRole(raft: RaftState, role: Role): void {
  const ended = raft.leadership
  reportApplied(raft)
  raft.role = role
  raft.leadership = null
  raft.votes.clear()
  raft.host.probe('raft.role', { term: raft.term, role })
  raft.host.roleChanged(role, raft.term)
  if (ended !== null) for (const read of ended.reads) read.handler('lost')
}
