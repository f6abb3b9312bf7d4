// What clients and the store say to each other.

import type { Command } from './command.ts'
import type { MembershipChange } from '../raft/index.ts'
import type { Data, DataRecord, Message, NodeId } from '../../sim/index.ts'

/** Asks for the leader; changes nothing, however often it arrives. */
export interface FindMessage extends Message {
  readonly kind: 'kv.find'
  /** The client's number for what it is doing, unlike those of all its incarnations; echoed. */
  readonly id: number
}

/** The leader as far as the answering replica knows. */
export interface LeaderMessage extends Message {
  readonly kind: 'kv.leader'
  readonly id: number
  readonly leader: NodeId | null
}

/** A command for the leader. */
export interface RequestMessage extends Message {
  readonly kind: 'kv.request'
  readonly id: number
  readonly command: Command
}

/** A command for whoever leads by the knowledge of the replica that is asked, which passes it on: for a client that the leader does not answer. */
export interface RelayMessage extends Message {
  readonly kind: 'kv.relay'
  readonly id: number
  readonly command: Command
}

/** A command that a replica passes on for a client. */
export interface RelayedMessage extends Message {
  readonly kind: 'kv.relayed'
  readonly client: NodeId
  readonly id: number
  readonly command: Command
}

/** The answer to a command that was passed on, to be passed back to the client. */
export interface RelayedReplyMessage extends Message {
  readonly kind: 'kv.relayed-reply'
  readonly client: NodeId
  readonly reply: Reply
}

/**
 * The answer to a request. `ok`: it was done once, with this value. `refused`: this copy of the request was not proposed,
 * `leader` may know more. `lost`: this replica lost its leadership meanwhile; it may have been done, or be done yet.
 * `expired`: the session has ended; whether an earlier copy was done is not known any more.
 */
export interface ReplyMessage extends Reply, Message {
  readonly kind: 'kv.reply'
}

/** What an answer says. */
export interface Reply extends DataRecord {
  readonly id: number
  readonly status: 'ok' | 'refused' | 'lost' | 'expired'
  readonly value: Data
  readonly leader: NodeId | null
}

/** Asks for a change of members, or that another replica become the leader. */
export interface AdminMessage extends Message {
  readonly kind: 'kv.admin'
  readonly id: number
  readonly change: MembershipChange | { readonly change: 'transfer'; readonly node: NodeId }
  /** Nobody is removed if fewer voters than this would be left. */
  readonly votersMin: number
}

/** The answer to an admin's wish, and the voters as this replica knows them; nothing comes when it is no leader. */
export interface AdminReplyMessage extends Message {
  readonly kind: 'kv.admin-reply'
  readonly id: number
  readonly isDone: boolean
  readonly voters: readonly NodeId[]
}

/** Everything that is said to or by the store. */
export type StoreMessage =
  | FindMessage
  | LeaderMessage
  | RequestMessage
  | RelayMessage
  | RelayedMessage
  | RelayedReplyMessage
  | ReplyMessage
  | AdminMessage
  | AdminReplyMessage
