// What Raft servers publish for invariants, and whether a value is such a thing. Lists of entries are not checked item by
// item: that would cost more than the invariants.

import type { Data, DataRecord } from '../../sim/index.ts'

/** `raft.role`: the server has this role (`follower`, `pre-candidate`, `candidate`, `leader`) from now on. */
export interface RoleProbe {
  readonly term: number
  readonly role: string
}

/** `raft.vote`: the server's vote is certain to survive a crash. */
export interface VoteProbe {
  readonly term: number
  readonly candidate: string
}

/**
 * Entries that follow each other: the index of the first, of each its term and a hash of its content. `raft.append`: they
 * were put at the end of the server's log. `raft.apply`: it applied them to its state machine.
 */
export interface EntryRun {
  readonly first: number
  readonly terms: readonly number[]
  readonly digests: readonly number[]
}

/** `raft.truncate`: the server removed the entries from this index on. */
export interface TruncateProbe {
  readonly from: number
}

/** `raft.commit`: as leader, by default of its own term, the server counts these entries as committed, both included. */
export interface CommitProbe {
  readonly from: number
  readonly to: number
  readonly term?: number
}

/** `raft.snapshot`: the server has a snapshot up to this entry; it replaces a log that does not hold the entry. */
export interface SnapshotProbe {
  readonly index: number
  readonly term: number
}

/** `raft.config`: from the entry at this index on the server counts with these voters. */
export interface ConfigProbe {
  readonly index: number
  readonly voters: readonly string[]
}

/** `raft.recover`: the server goes on with this log after a start; what was before `first` has been compacted. */
export interface RecoverProbe extends EntryRun {
  readonly term: number
  readonly vote: string | null
  /** The term of the entry before `first`, where known. */
  readonly baseTerm?: number
}

export function isRole(value: Data): value is RoleProbe & DataRecord {
  return isRecord(value) && isCount(value['term']) && typeof value['role'] === 'string'
}

export function isVote(value: Data): value is VoteProbe & DataRecord {
  return isRecord(value) && isCount(value['term']) && typeof value['candidate'] === 'string'
}

export function isEntryRun(value: Data): value is EntryRun & DataRecord {
  if (!isRecord(value)) return false
  const { first, terms, digests } = value
  return isIndex(first) && Array.isArray(terms) && Array.isArray(digests) && terms.length === digests.length
}

export function isTruncate(value: Data): value is TruncateProbe & DataRecord {
  return isRecord(value) && isIndex(value['from'])
}

export function isCommit(value: Data): value is CommitProbe & DataRecord {
  return isRecord(value) && isIndex(value['from']) && isIndex(value['to']) && isOptionalCount(value['term'])
}

export function isSnapshot(value: Data): value is SnapshotProbe & DataRecord {
  return isRecord(value) && isCount(value['index']) && isCount(value['term'])
}

export function isConfig(value: Data): value is ConfigProbe & DataRecord {
  return isRecord(value) && isCount(value['index']) && Array.isArray(value['voters'])
}

export function isRecover(value: Data): value is RecoverProbe & DataRecord {
  if (!isEntryRun(value)) return false
  const { term, vote, baseTerm } = value as DataRecord
  return isCount(term) && (vote === null || typeof vote === 'string') && isOptionalCount(baseTerm)
}

function isRecord(value: Data): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: Data | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isIndex(value: Data | undefined): value is number {
  return isCount(value) && value > 0
}

function isOptionalCount(value: Data | undefined): boolean {
  return value === undefined || isCount(value)
}
