// What a run is to reach once faults have ended. The goals themselves live in invariants/, which `eventually` puts to the
// test there, and a scenario's liveness phase here.

import type { Event, EventKind, NodeId } from './event.ts'
import type { InvariantWorld } from './invariant.ts'
import type { Instant } from './time.ts'

/** Something that a run is to reach. */
export interface Goal {
  readonly name: string
  readonly kinds: readonly EventKind[]
  /** What it looks at, in the plural; by default its kinds of events. */
  readonly unit?: string
  readonly begin: (world: InvariantWorld) => GoalFold
}

/** How far one run is on its way to a goal. */
export interface GoalFold {
  /** Looks at an event of the declared kinds, from the start of the run. */
  readonly on: (event: Event) => void
  /**
   * From this instant on it counts: what happened before does not, except for the state that it left. With `among`, only
   * what those nodes do, and only they have to reach anything.
   */
  readonly count: (from: Instant, among?: ReadonlySet<NodeId>) => void
  /** Whether the goal is reached, when nothing else happens up to this instant. */
  readonly isReached: (now: Instant) => boolean
  /** What is missing, as part of a sentence. */
  readonly lacking: () => string
}
