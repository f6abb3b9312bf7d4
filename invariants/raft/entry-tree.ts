// All log entries that any server ever had, each once, as a tree: an entry is identified by index and term and knows the
// one before it. As long as logs match (section 5.3 of the paper) a server's whole log is one pointer into the tree, and
// comparing logs, or asking whether one holds an entry, is comparing pointers.

import type { NodeId } from '../../sim/index.ts'

/** An entry as some server first had it. */
export interface LogEntry {
  readonly index: number
  readonly term: number
  /** A hash of its content; null while only its index and term are known. */
  digest: number | null
  /** The entry before it; null where that is not known. */
  previous: LogEntry | null
  /** The first server that had it, and the seq of the event that said so. */
  readonly node: NodeId
  readonly seq: number
  /** The term in which a leader counted it as committed, and that leader; 0 and '' before. */
  committedIn: number
  committedBy: NodeId
  /** The voters as that leader saw them then; null where that is not known. */
  voters: readonly NodeId[] | null
  /** Another entry of the same index. */
  sibling: LogEntry | null
}

/** What is known of an entry when it is first seen. */
export type NewEntry = Omit<LogEntry, 'committedIn' | 'committedBy' | 'voters' | 'sibling'>

/** The entries of all logs. */
export class EntryTree {
  /** What an empty log ends with. */
  readonly root: LogEntry = newEntry({ index: 0, term: 0, digest: 0, previous: null, node: '', seq: 0 })
  /** The newest entry of each index, which leads to the others. */
  readonly #byIndex: LogEntry[] = [this.root]

  /** The entry of an index and a term; null when no server had it. */
  find(index: number, term: number): LogEntry | null {
    let entry = this.#byIndex[index] ?? null
    while (entry !== null && entry.term !== term) entry = entry.sibling
    return entry
  }

  /** Adds an entry that `find` does not find. */
  add(fields: NewEntry): LogEntry {
    const entry = newEntry(fields)
    entry.sibling = this.#byIndex[fields.index] ?? null
    this.#byIndex[fields.index] = entry
    return entry
  }
}

/** The entry at an index of the log that ends with `last`; null when it is not there, or not known. */
export function entryAt(last: LogEntry | null, index: number): LogEntry | null {
  let entry = last
  while (entry !== null && entry.index > index) entry = entry.previous
  return entry !== null && entry.index === index ? entry : null
}

function newEntry(fields: NewEntry): LogEntry {
  const { index, term, digest, previous, node, seq } = fields
  return {
    index,
    term,
    digest,
    previous,
    node,
    seq,
    committedIn: 0,
    committedBy: '',
    voters: null,
    sibling: null,
  }
}
