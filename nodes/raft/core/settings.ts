// The parameters of a Raft server, with their defaults and the reasons for them.

import { raftRules, type RaftRules } from './rules.ts'
import { ms, type Duration, type NodeId } from '../../../sim/index.ts'

/** What a Raft server can be given. */
export interface RaftSettings {
  /** The voters when the cluster begins; empty for a server that is added later. The same on all of them. */
  readonly voters: readonly NodeId[]
  /** A leader is silent for no longer than this. An order of magnitude above a round trip (5.6). */
  readonly heartbeat: Duration
  /** A server that hears of no leader for a time drawn from this range begins an election (5.2, 9.3). */
  readonly electionTimeoutMin: Duration
  readonly electionTimeoutMax: Duration
  /** Bound on every clock's drift, in parts per million, on which lease reads rest (thesis 6.4.1). */
  readonly clockDriftMax: number
  /** Entries in one append, at least 1. */
  readonly entriesPerAppendMax: number
  /** Entries sent to one follower and not yet acknowledged, at least 1 (pipelining, thesis 10.2.1). */
  readonly entriesInFlightMax: number
  /** Proposals and reads that a leader lets wait, each at least 1; more are refused. */
  readonly waitingMax: number
  /** A snapshot is taken when so many entries were applied since the last one, at least 1. */
  readonly compactionThreshold: number
  /** How many entries stay in memory behind a snapshot, so that a slow follower needs no snapshot. */
  readonly retainedEntries: number
  /** Characters in one part of a snapshot, at least 1. */
  readonly snapshotPartMax: number
  /** How many entries a learner may lack to be made a voter (thesis 4.2.1). */
  readonly catchUpMax: number
  /** Protocol version 1 refuses appends without saying where to go on; 2 with. */
  readonly version: 1 | 2
  /** The decisions; replaced by tests to plant a bug. */
  readonly rules: RaftRules
}

/** The defaults: for a local network whose round trips take a few milliseconds. */
export const raftDefaults: RaftSettings = {
  voters: [],
  heartbeat: ms(50),
  electionTimeoutMin: ms(150),
  electionTimeoutMax: ms(300),
  clockDriftMax: 1000,
  entriesPerAppendMax: 64,
  entriesInFlightMax: 512,
  waitingMax: 8192,
  compactionThreshold: 512,
  retainedEntries: 64,
  snapshotPartMax: 16_384,
  catchUpMax: 64,
  version: 2,
  rules: raftRules,
}
