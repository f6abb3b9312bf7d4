// What came of a run.

import type { DataRecord } from './data.ts'
import type { EventKind, NodeId } from './event.ts'
import type { BuggifyTally, DroppedFault, FaultPlan, FaultTally } from './faults/index.ts'
import type { Undecided, Violation } from './invariant.ts'
import type { InvariantReport } from './judge.ts'
import type { Outcome } from './outcome.ts'
import type { Seed } from './random.ts'
import type { RunTally } from './run-tally.ts'
import type { Instant } from './time.ts'
import type { Variation } from './variation.ts'

/** What came of a run. */
export interface RunResult extends RunTally {
  readonly title: string
  readonly seed: Seed
  readonly parameters: DataRecord
  readonly plan: FaultPlan
  /** What was drawn and left out because the system could not have recovered from it. */
  readonly faultsDropped: readonly DroppedFault[]
  /** How the run departed from what the scenario says. */
  readonly variation: Variation
  readonly outcome: Outcome
  readonly violations: readonly Violation[]
  readonly undecided: readonly Undecided[]
  /** Equal digests, equal runs. */
  readonly digest: string
  readonly events: number
  /** How many steps the loop took; a step may be several events, or none. */
  readonly steps: number
  /** The virtual instant at which the run ended. */
  readonly at: Instant
  /** How many events there were of each kind, most first. */
  readonly eventCounts: ReadonlyMap<EventKind, number>
  /** For each invariant how often it looked at something. */
  readonly invariants: readonly InvariantReport[]
  /** For each fault of the plan whether it fired and had an effect. */
  readonly faults: readonly FaultTally[]
  readonly buggify: readonly BuggifyTally[]
  /** For each client how often it asked whether to make a call. */
  readonly callsAsked: ReadonlyMap<NodeId, number>
}
