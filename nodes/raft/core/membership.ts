// Changes of members, one at a time (section 6; thesis 4.1): a configuration takes hold as soon as it stands in the log.

import { changed, type MembershipChange } from './configuration.ts'
import type { ProposalRefusal, ProposalResult } from './host.ts'
import { appendAsLeader } from './leadership.ts'
import type { Leadership, RaftState } from './state.ts'

/**
 * Proposes a change. Refused while an earlier change is not committed, and until the leader has committed an entry of its
 * own term: without the latter, two leaders that know of different uncommitted changes can have majorities that do not
 * overlap (Ongaro, «bug in single-server membership changes», raft-dev, 10 July 2015).
 */
export function proposeChange(raft: RaftState, change: MembershipChange): ProposalResult {
  const { leadership } = raft
  if (leadership === null) return { kind: 'refused', why: 'not-leader' }
  const why = obstacle(raft, leadership, change)
  if (why !== null) return { kind: 'refused', why }
  const configuration = changed(raft.configuration, change)
  if (configuration === null) return { kind: 'refused', why: 'not-a-change' }
  const { term } = raft
  return { kind: 'accepted', term, index: appendAsLeader(raft, { term, command: null, configuration }) }
}

function obstacle(raft: RaftState, leadership: Leadership, change: MembershipChange): ProposalRefusal | null {
  const { rules, catchUpMax } = raft.settings
  if (leadership.transfer !== null) return 'transferring'
  if (raft.configurations.currentIndex > raft.commit) return 'change-pending'
  if (!rules.mayChangeMembership(raft.commit > leadership.beganAfter)) return 'term-not-committed'
  const isPromotion = change.change === 'add-voter' && raft.configuration.learners.includes(change.node)
  if (isPromotion && lag(raft, leadership, change) > catchUpMax) return 'not-caught-up'
  return null
}

/** How many entries the learner lacks that is to become a voter (thesis 4.2.1). */
function lag(raft: RaftState, leadership: Leadership, { node }: MembershipChange): number {
  return raft.log.lastIndex - (leadership.progress.get(node)?.match ?? 0)
}
