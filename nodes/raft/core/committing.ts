// The commit index and what follows from it: entries are applied in order, each once; changes of members take hold for
// good; the log is compacted when it has grown.

import type { LogIndex } from './entry.ts'
import { becomeFollower, reportApplied } from './role.ts'
import { compactIfDue } from './compaction.ts'
import { majorityMatch } from './quorum.ts'
import type { Leadership, RaftState } from './state.ts'

/** Commits what a majority holds, if it is of the current term (5.3, 5.4.2). */
export function advanceByMajority(raft: RaftState, leadership: Leadership): void {
  const index = majorityMatch(raft, leadership)
  if (index <= raft.commit) return
  const term = raft.log.termAt(index)
  if (term === undefined || !raft.settings.rules.mayCommit(term, raft.term)) return
  raft.host.probe('raft.commit', { from: raft.commit + 1, to: index, term: raft.term })
  advanceCommit(raft, index)
}

/** The leader's own log is on disk up to the end of a batch that was cut in its term. */
export function ownLogStored(raft: RaftState, leadership: Leadership, lastIndex: LogIndex): void {
  if (lastIndex <= leadership.ownMatch) return
  leadership.ownMatch = lastIndex
  advanceByMajority(raft, leadership)
}

// Followers tell of what they have applied a few entries late: nobody sees their state before they lead or are asked for
// a snapshot, and one probe for several entries costs as much as one for one.
const reportedLateMax = 16

/** Everything up to an index is committed. */
export function advanceCommit(raft: RaftState, to: LogIndex): void {
  if (to <= raft.commit) return
  raft.commit = to
  while (raft.applied < to) {
    const index = ++raft.applied
    raft.host.apply(index, raft.log.entryAt(index))
  }
  if (raft.role === 'leader' || raft.applied - raft.reported >= reportedLateMax) reportApplied(raft)
  leaveIfRemoved(raft)
  compactIfDue(raft)
}

// A leader that is no member any more leads until the change is committed and then steps down (4.2.2 of the thesis).
function leaveIfRemoved(raft: RaftState): void {
  const isRemoved = raft.role === 'leader' && !raft.isVoter && raft.configurations.currentIndex <= raft.commit
  if (isRemoved) becomeFollower(raft, raft.term, null)
}
