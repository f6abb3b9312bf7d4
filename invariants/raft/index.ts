// Invariants of Raft clusters, over the probes that probe.ts describes.

export { leaderElected, stableLeader } from './leader.ts'
export type {
  CommitProbe,
  ConfigProbe,
  EntryRun,
  RecoverProbe,
  RoleProbe,
  SnapshotProbe,
  TruncateProbe,
  VoteProbe,
} from './probe.ts'
export type { RaftProperty } from './problem.ts'
export {
  commitByOwnTerm,
  committedEntriesStay,
  committedEntriesSurvive,
  electionSafety,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  oneVotePerTerm,
  raftProperties,
  raftSafety,
  stateMachineSafety,
} from './raft-safety.ts'
