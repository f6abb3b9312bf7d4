// What members of a cluster say to each other: the RPCs of the paper, taken apart into requests and replies.
// Messages hold nothing that depends on their target, so that one message serves all followers.

import type { Configuration } from './configuration.ts'
import type { Entry, LogIndex, Term } from './entry.ts'
import type { Instant, Message } from '../../../sim/index.ts'

/** RequestVote (5.2, 5.4.1), or the question whether it would be granted (thesis 9.6). */
export interface VoteMessage extends Message {
  readonly kind: 'raft.vote'
  /** The term that the candidate is in; for a pre-vote the one that it would begin. */
  readonly term: Term
  readonly isPreVote: boolean
  /** The leader asked for this election (thesis 3.10): a fresh leader is no reason to refuse. */
  readonly isTransfer: boolean
  readonly lastIndex: LogIndex
  readonly lastTerm: Term
}

/** The answer to a vote. */
export interface VoteReplyMessage extends Message {
  readonly kind: 'raft.vote-reply'
  /** The voter's term; for a pre-vote that is granted, the term of the question. */
  readonly term: Term
  readonly isPreVote: boolean
  readonly isGranted: boolean
}

/** AppendEntries (5.3); without entries a heartbeat. */
export interface AppendMessage extends Message {
  readonly kind: 'raft.append'
  readonly term: Term
  readonly previousIndex: LogIndex
  readonly previousTerm: Term
  readonly entries: readonly Entry[]
  /** The leader's commit index. */
  readonly commit: LogIndex
  /** When it was sent by the leader's monotonic clock; echoed, it dates the follower's answer. */
  readonly sentAt: Instant
}

/** The answer to an append, and to the last part of a snapshot. */
export interface AppendReplyMessage extends Message {
  readonly kind: 'raft.append-reply'
  readonly term: Term
  readonly isSuccess: boolean
  /** On success: the log agrees with the leader's up to here, on disk. Else: the previous index that did not match. */
  readonly index: LogIndex
  readonly sentAt: Instant
  /** On refusal, from protocol version 2: where to go on (5.3, end): the first index of the conflicting term. */
  readonly conflictIndex?: LogIndex
  /** On refusal, from protocol version 2: the conflicting term; absent when the log is too short. */
  readonly conflictTerm?: Term
}

/** InstallSnapshot (section 7), one part of it. */
export interface SnapshotMessage extends Message {
  readonly kind: 'raft.snapshot'
  readonly term: Term
  /** The last entry that the snapshot stands for. */
  readonly index: LogIndex
  readonly indexTerm: Term
  readonly configuration: Configuration
  /** Where in the snapshot's text this part belongs. */
  readonly offset: number
  readonly part: string
  readonly isLast: boolean
  readonly sentAt: Instant
}

/** How much of a snapshot has arrived. */
export interface SnapshotReplyMessage extends Message {
  readonly kind: 'raft.snapshot-reply'
  readonly term: Term
  readonly index: LogIndex
  /** The offset that is wanted next. */
  readonly offset: number
  readonly sentAt: Instant
}

/** The leader asks the target to begin an election at once (thesis 3.10). */
export interface TimeoutNowMessage extends Message {
  readonly kind: 'raft.timeout-now'
  readonly term: Term
}

/** Everything that members say to each other. */
export type RaftMessage =
  | VoteMessage
  | VoteReplyMessage
  | AppendMessage
  | AppendReplyMessage
  | SnapshotMessage
  | SnapshotReplyMessage
  | TimeoutNowMessage
