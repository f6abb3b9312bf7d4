// How far one follower is, as its leader knows it (etcd-io/raft's Progress).

import type { Configuration } from './configuration.ts'
import type { LogIndex, Term } from './entry.ts'
import type { Instant, NodeId } from '../../../sim/index.ts'

/** A snapshot: the state machine and the configuration as of an entry. */
export interface Snapshot {
  readonly index: LogIndex
  readonly term: Term
  readonly configuration: Configuration
  readonly state: string
}

/**
 * What a leader knows of one follower. `probe`: it does not know where the logs agree and has one append at a time on its
 * way; `replicate`: it sends ahead of the answers; `snapshot`: the follower lacks what the leader has dropped.
 */
export interface Progress {
  readonly node: NodeId
  mode: 'probe' | 'replicate' | 'snapshot'
  /** The last entry that the follower is known to hold on disk. */
  match: LogIndex
  /** The next entry to send. */
  next: LogIndex
  /** In `probe` and `snapshot`: something is on its way and nothing more is sent until an answer or the next heartbeat. */
  isWaiting: boolean
  /** When something was sent last, by the leader's clock. */
  sentAt: Instant
  /** When that was sent in this leadership which the follower answered last: then it still followed this leader. */
  echoedAt: Instant
  /** The snapshot that is being sent, and how much of it has arrived. */
  snapshot: Snapshot | null
  offset: number
}

/** What a new leader assumes (5.3): the follower's log agrees with its own, which the first append will show. */
export function newProgress(node: NodeId, next: LogIndex, now: Instant): Progress {
  return {
    node,
    mode: 'probe',
    match: 0,
    next,
    isWaiting: false,
    sentAt: now,
    echoedAt: -1 as Instant,
    snapshot: null,
    offset: 0,
  }
}
