// Invariants of Raft clusters, over the probes that probe.ts describes.

export { leaderElected, stableLeader } from './leader.ts'
export type {
  CommitProbe,
  EntryRun,
  RecoverProbe,
  RoleProbe,
  SnapshotProbe,
  TruncateProbe,
  VoteProbe,
} from './probe.ts'
export {
  committedEntriesStay,
  electionSafety,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  oneVotePerTerm,
  raftSafety,
  stateMachineSafety,
} from './raft-safety.ts'
