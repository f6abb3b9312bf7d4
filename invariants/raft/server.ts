import type { NodeId } from '../../sim/index.ts'
import type { LogEntry } from './entry-tree.ts'

/** What is known of one Raft server from what it published. */
export interface Server {
  readonly node: NodeId
  term: number
  role: string
  /** Whose votes count as far as it knows; null when that is not known. */
  voters: readonly NodeId[] | null
  /** The last entry of its log; null when the log is not known. */
  last: LogEntry | null
  /** Whether it said anything of its log yet. */
  isFresh: boolean
  /** The entry that it has to apply next; null when that is not known. */
  nextToApply: number | null
  /** Its votes by term. */
  readonly votes: Map<number, { readonly candidate: NodeId; readonly seq: number }>
}

/** A server that has not said anything: a follower with an empty log. */
export function newServer(node: NodeId, root: LogEntry): Server {
  return {
    node,
    term: 0,
    role: 'follower',
    voters: null,
    last: root,
    isFresh: true,
    nextToApply: 1,
    votes: new Map(),
  }
}
