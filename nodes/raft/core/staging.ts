// What has changed in memory and is not on disk yet, and the messages that must not leave before it is. One batch is
// written at a time; what changes meanwhile goes into the next (group commit). Messages leave when their batch is synced,
// so that a server never says what a crash could make untrue, and a decision made on unsynced state is the decision of a
// slower server.

import type { Entry, LogIndex, Term } from './entry.ts'
import type { RaftLog } from './log.ts'
import type { RaftMessage } from './message.ts'
import type { Snapshot } from './progress.ts'
import type { HardState, RaftRules } from './rules.ts'
import type { NodeId } from '../../../sim/index.ts'

/** A message and where it goes. */
export interface Outbound {
  readonly target: NodeId
  readonly message: RaftMessage
}

/**
 * What is written and synced together. Without a snapshot, `entries` replace the log on disk from `from` on (`nothing`:
 * the log did not change).
 */
export interface Batch {
  /** The hard state to write; null when it is as on disk. */
  readonly state: HardState | null
  readonly from: LogIndex
  readonly entries: readonly Entry[]
  /** With a snapshot, the log on disk is replaced by it, the hard state and `entries`, which follow it. */
  readonly snapshot: Snapshot | null
  /** The end of the log when the batch was cut. */
  readonly lastIndex: LogIndex
  /** The current term when the batch was cut. */
  readonly term: Term
  /** The votes that become certain with this batch. */
  readonly votes: readonly HardState[]
  /** What leaves when the batch is synced. */
  outbound: readonly Outbound[]
}

/** `Batch.from` when the log did not change. */
export const nothing: LogIndex = Number.MAX_SAFE_INTEGER

// Shared by all batches that have nothing of a kind, and never changed.
const none: readonly never[] = []

/** What waits for the disk. */
export class Staging {
  /** The last entry that is certain to survive a crash. */
  stableIndex: LogIndex
  #isStateStaged = false
  #from: LogIndex = nothing
  #snapshot: Snapshot | null = null
  #votes: readonly HardState[] = none
  #outbound: readonly Outbound[] = none
  #inFlight: Batch | null = null

  constructor(stableIndex: LogIndex) {
    this.stableIndex = stableIndex
  }

  /** Whether there is something to write and nothing being written. */
  get isReady(): boolean {
    return this.#inFlight === null && this.#isDirty
  }

  get #isDirty(): boolean {
    return (
      this.#isStateStaged || this.#from !== nothing || this.#snapshot !== null || this.#outbound.length > 0
    )
  }

  /** The hard state changed. */
  stageState(): void {
    this.#isStateStaged = true
  }

  /** The vote in the hard state was given just now. */
  stageVote(vote: HardState): void {
    this.#isStateStaged = true
    this.#votes = [...this.#votes, vote]
  }

  /** The log changed from an index on. */
  stageEntries(from: LogIndex): void {
    if (from < this.#from) this.#from = from
    if (from <= this.stableIndex) this.stableIndex = from - 1
  }

  /** A snapshot was taken or installed; it replaces the log up to its index. */
  stageSnapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot
  }

  /** Keeps a message back until all that has changed so far is on disk; false when it is, and the message may leave. */
  delay(target: NodeId, message: RaftMessage): boolean {
    const outbound = { target, message }
    if (this.#isDirty) this.#outbound = following(this.#outbound, outbound)
    else if (this.#inFlight !== null) this.#inFlight.outbound = following(this.#inFlight.outbound, outbound)
    else return false
    return true
  }

  /** Takes what has changed as the batch to write now. `isReady` must hold. */
  cut(log: RaftLog, state: HardState, rules: RaftRules): Batch {
    const snapshot = this.#snapshot
    const from = snapshot === null ? this.#from : snapshot.index + 1
    const batch: Batch = {
      state: this.#isStateStaged || snapshot !== null ? rules.persistVote(state) : null,
      from,
      entries: from <= log.lastIndex ? log.slice(from) : none,
      snapshot,
      lastIndex: log.lastIndex,
      term: state.term,
      votes: this.#votes,
      outbound: this.#outbound,
    }
    this.#isStateStaged = false
    this.#from = nothing
    this.#snapshot = null
    this.#votes = none
    this.#outbound = none
    this.#inFlight = batch
    return batch
  }

  /** The batch is on disk. What has changed since it was cut is not. */
  complete(batch: Batch): void {
    this.#inFlight = null
    this.stableIndex = Math.min(batch.lastIndex, this.#from - 1)
  }
}

// Most lists hold one message: a list that was pushed to would reserve room for many.
function following(list: readonly Outbound[], outbound: Outbound): readonly Outbound[] {
  return list.length === 0 ? [outbound] : [...list, outbound]
}
