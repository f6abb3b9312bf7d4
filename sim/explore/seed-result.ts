// What a sweep keeps of each run: little, because there are many, and plain data, because it crosses threads.

import type { Unreached } from './branches/index.ts'
import type { Variation } from '../variation.ts'
import type { NodeId } from '../event.ts'
import type { FaultPlan, BuggifyTally } from '../faults/index.ts'
import type { Violation } from '../invariant.ts'
import type { Outcome } from '../outcome.ts'
import type { Seed } from '../random.ts'
import type { RunResult } from '../run.ts'
import { type Duration, instantZero, between } from '../time.ts'

/** One seed of a sweep. */
export interface SeedResult {
  readonly seed: Seed
  readonly outcome: Outcome
  readonly violation: Violation | null
  readonly digest: string
  readonly events: number
  /** How much virtual time passed. */
  readonly virtual: Duration
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number }
  /** How much was sent to machines that are not there. */
  readonly strays: number
  /** The invariants that could not be judged; absent: all could. */
  readonly unjudged?: readonly string[]
  /** Per invariant how often it looked, and at what. */
  readonly looked: readonly (readonly [invariant: string, count: number, unit: string])[]
  /** Which of these are points that some run of a sweep should reach. */
  readonly points: readonly string[]
  /** What became of each buggify site that was passed. */
  readonly sites: readonly BuggifyTally[]
  /** What the run has reached, as short strings; only where it was asked for. */
  readonly features?: readonly string[]
  /** Which parts of the programs the run did not come to; only where it was asked for. */
  readonly unreached?: Unreached
  /** A digest of all that programs were given; only where it was asked for. */
  readonly inputs?: string
  /** The plan and variation that the run had in place of what its seed draws: a guided campaign's doing. */
  readonly mutant?: { readonly plan: FaultPlan; readonly variation: Variation }
  /** What could be left out of the run; only where it was asked for. */
  readonly details?: RunDetails
  /** Per fault kind: planned, begun, had an effect. */
  readonly faults: readonly (readonly [kind: string, counts: FaultCounts])[]
}

/** What of a run could be left out besides its faults. */
export interface RunDetails {
  /** For each client how many calls it asked for. */
  readonly calls: readonly (readonly [node: NodeId, count: number])[]
  /** The names of the late deliveries. */
  readonly late: readonly string[]
}

/** How many faults of a kind were planned, began, and had an effect. */
export interface FaultCounts {
  readonly planned: number
  readonly begun: number
  readonly effective: number
}

/** Reduces a run to what a sweep keeps. */
export function seedResult(result: RunResult): SeedResult {
  return {
    seed: result.seed,
    outcome: result.outcome,
    violation: result.violations[0] ?? null,
    digest: result.digest,
    events: result.events,
    virtual: between(instantZero, result.at),
    operations: result.operations,
    strays: result.drops.get('no-such-node') ?? 0,
    ...(result.undecided.length === 0
      ? {}
      : { unjudged: result.undecided.map(({ invariant }) => invariant) }),
    looked: result.invariants.map(({ invariant, looked, unit }) => [invariant, looked, unit] as const),
    points: result.invariants.filter(({ isPoint }) => isPoint === true).map(({ invariant }) => invariant),
    sites: result.buggify,
    faults: [...countFaults(result)],
  }
}

function countFaults(result: RunResult): Map<string, FaultCounts> {
  const counts = new Map<string, FaultCounts>()
  for (const { kind, begun, effects } of result.faults) {
    const before = counts.get(kind) ?? { planned: 0, begun: 0, effective: 0 }
    counts.set(kind, {
      planned: before.planned + 1,
      begun: before.begun + (begun > 0 ? 1 : 0),
      effective: before.effective + (effects > 0 ? 1 : 0),
    })
  }
  return counts
}
