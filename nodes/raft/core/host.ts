// What the pure core needs of whoever runs it: somewhere to send to, something to apply to, and randomness. The core
// calls these synchronously from within a step and keeps no time or disk of its own.

import type { MembershipChange } from './configuration.ts'
import type { Entry, LogIndex, Term } from './entry.ts'
import type { RaftMessage } from './message.ts'
import type { Role } from './rules.ts'
import type { Data, NodeId } from '../../../sim/index.ts'

/** The surroundings of the core. */
export interface RaftHost {
  send(target: NodeId, message: RaftMessage): void
  probe(name: string, value: Data): void
  /** A committed entry, in order, each index once; those without a command change nothing. */
  apply(index: LogIndex, entry: Entry): void
  /** The state machine as of the entry applied last. */
  takeSnapshot(): string
  /** Replaces the state machine by a snapshot that `takeSnapshot` of some server gave. */
  restoreSnapshot(state: string): void
  /** The server's role or term changed. Proposals of an earlier term of leadership may or may not be committed. */
  roleChanged(role: Role, term: Term): void
  /** A whole number from `min` to `max`, both included. */
  draw(min: number, max: number): number
  buggify(site: string): boolean
}

/** How a proposal was received. Accepted means appended to the leader's log, not committed. */
export type ProposalResult =
  | { readonly kind: 'accepted'; readonly index: LogIndex; readonly term: Term }
  | { readonly kind: 'refused'; readonly why: ProposalRefusal }

/** Why a proposal was not appended. */
export type ProposalRefusal =
  | 'not-leader'
  | 'transferring'
  | 'overloaded'
  | 'change-pending'
  | 'term-not-committed'
  | 'not-a-change'
  | 'not-caught-up'

/** A change of members, asked of the leader. */
export type { MembershipChange }
