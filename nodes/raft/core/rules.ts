// The decisions on which Raft's safety rests, each a small pure function with a name. The core asks these and no others,
// so that a planted bug (mutants/) replaces one decision and nothing else.

import type { LogIndex, Term } from './entry.ts'
import type { SessionRecord } from '../sessions.ts'
import { ns, type Duration, type NodeId } from '../../../sim/index.ts'

/** The current term and whom this server voted for in it: what must be on disk before a vote is answered (5.2). */
export interface HardState {
  readonly term: Term
  readonly vote: NodeId | null
}

/** The last entry of a log. */
export interface LogEnd {
  readonly term: Term
  readonly index: LogIndex
}

/** What this server is. A pre-candidate asks whether it would be elected (thesis 9.6). */
export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

/** What an append says about a log: `end` is its last index, `conflict` the first entry that differs (or null). */
export interface Overlap {
  readonly conflict: LogIndex | null
  readonly end: LogIndex
}

/** The decisions. */
export interface RaftRules {
  /** Whether a vote given earlier in this term leaves one for the candidate (5.2). */
  mayGrantVote(vote: NodeId | null, candidate: NodeId): boolean
  /** Whether the candidate's log is at least as up-to-date as one's own (5.4.1). */
  isLogUpToDate(candidate: LogEnd, own: LogEnd): boolean
  /** Whether an answer belongs to the election that is under way (5.2). */
  mayCountVote(
    reply: { readonly term: Term; readonly isPreVote: boolean },
    own: { readonly term: Term; readonly role: Role },
  ): boolean
  /** Whether an append of that term is from the current leader or a newer one (5.1). */
  acceptAppend(messageTerm: Term, currentTerm: Term): boolean
  /** From where on the log is cut for an append; null to keep it all (5.3). */
  truncateFrom(overlap: Overlap): LogIndex | null
  /** Whether a majority's copies commit an entry of that term (5.4.2). */
  mayCommit(entryTerm: Term, currentTerm: Term): boolean
  /** Whether a new leader begins its term with an entry of its own (section 8). */
  beginsTermWithEntry(): boolean
  /** What of the hard state goes to disk; null for nothing (5.2, figure 2). */
  persistVote(state: HardState): HardState | null
  /** When entries count as stored by this server (figure 2: before responding to RPCs). */
  acknowledgeWhen(): 'received' | 'synced'
  /** Whether a leader may propose a change of members (Ongaro, raft-dev 2015: bug in single-server membership changes). */
  mayChangeMembership(hasCommittedInTerm: boolean): boolean
  /** For how long after a majority heard of the leader no other can be elected (thesis 6.4.1). */
  leaseDuration(electionTimeoutMin: Duration, clockDriftMax: number): Duration
  /** Which client sessions a snapshot holds (section 8, thesis 6.3). */
  snapshotSessions(sessions: readonly SessionRecord[]): readonly SessionRecord[]
}

const perMillion = 1_000_000

/** The decisions as the paper and the thesis have them. */
export const raftRules: RaftRules = {
  mayGrantVote: (vote, candidate) => vote === null || vote === candidate,
  isLogUpToDate: (candidate, own) =>
    candidate.term !== own.term ? candidate.term > own.term : candidate.index >= own.index,
  mayCountVote: (reply, own) =>
    reply.isPreVote
      ? own.role === 'pre-candidate' && reply.term === own.term + 1
      : own.role === 'candidate' && reply.term === own.term,
  acceptAppend: (messageTerm, currentTerm) => messageTerm >= currentTerm,
  truncateFrom: (overlap) => overlap.conflict,
  mayCommit: (entryTerm, currentTerm) => entryTerm === currentTerm,
  beginsTermWithEntry: () => true,
  persistVote: (state) => state,
  acknowledgeWhen: () => 'synced',
  mayChangeMembership: (hasCommittedInTerm) => hasCommittedInTerm,
  // The follower's clock may run fast and the leader's slow, each by the bound.
  leaseDuration: (electionTimeoutMin, clockDriftMax) =>
    ns(Math.floor((electionTimeoutMin * (perMillion - clockDriftMax)) / (perMillion + clockDriftMax))),
  snapshotSessions: (sessions) => sessions,
}
