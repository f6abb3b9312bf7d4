// What an exhaustive search found, as plain data.

import type { Step } from './step.ts'
import type { Data, DataRecord } from '../../data.ts'
import type { Event, NodeId } from '../../event.ts'
import type { ResolvedExhaustSettings } from '../../exhaust-settings.ts'
import type { Undecided, Violation } from '../../invariant.ts'
import type { InvariantReport } from '../../judge.ts'

/** How far a search goes. Reaching a bound is an outcome of its own: what lies behind it was not looked at. */
export interface ExhaustBounds {
  /** Steps on a path (default 1,000). */
  readonly depthMax: number
  /** Distinct states, which are what a search keeps in memory (default 1,000,000). */
  readonly statesMax: number
}

/** How a search ended. */
export type ExhaustVerdict =
  /** Every state was reached, and none violates an invariant. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'violated'; readonly violation: Violation; readonly path: readonly PathStep[] }
  /** Nothing is left to happen while somebody who must finish has not. */
  | { readonly kind: 'deadlock'; readonly waiting: readonly NodeId[]; readonly path: readonly PathStep[] }
  | { readonly kind: 'bound'; readonly bound: keyof ExhaustBounds; readonly value: number }
  /** Every state was reached, but an invariant cannot be judged in a world without time. */
  | { readonly kind: 'undecided' }
  /** Stopped from outside before its end. */
  | { readonly kind: 'interrupted' }

/** One step of a path, with what its node publishes after it. */
export interface PathStep {
  readonly step: Step
  /** Null when the node is down, or publishes nothing. */
  readonly state: Data
}

/** What came of a search. */
export interface ExhaustResult {
  readonly title: string
  readonly parameters: DataRecord
  readonly settings: ResolvedExhaustSettings
  readonly bounds: ExhaustBounds
  readonly verdict: ExhaustVerdict
  /** Distinct states; where states could not be told apart, one for each path. */
  readonly states: number
  /** Whether all states could be told apart. */
  readonly isMatched: boolean
  /** Steps taken from one state to another, each once. */
  readonly transitions: number
  /** Deliveries that their target ignored: these are no steps. */
  readonly ignored: number
  /** Steps that were possible and left out, because another order of the same steps leads to the same states. */
  readonly spared: number
  /** Whether partial-order reduction was on. */
  readonly isReduced: boolean
  /** How many steps the state farthest from the start is away. */
  readonly depth: number
  /** States in which nothing more can happen. */
  readonly ends: number
  /** Those of them in which some operation will never end. */
  readonly openEnds: number
  /** Executions, each from the start. */
  readonly runs: number
  /** The nodes that do not publish their state: why states could not be told apart. */
  readonly unpublished: readonly NodeId[]
  /** Whether bytes of streams or datagrams were on their way, which are part of no state. */
  readonly hasBytes: boolean
  /** Nodes that drew random numbers: of each draw one outcome was tried. */
  readonly drawing: readonly NodeId[]
  /** Nodes that read their clocks, which only their own timers move. */
  readonly clockReaders: readonly NodeId[]
  /** Invariants that may remember what is part of no state: a violation that only a second way to a state shows is missed. */
  readonly forgetful: readonly string[]
  readonly invariants: readonly InvariantReport[]
  readonly undecided: readonly Undecided[]
  /** The events of the path to the violation; empty where there is none. */
  readonly events: readonly Event[]
}
