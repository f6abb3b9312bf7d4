// The Invariant contract: a fold over events that may report a violation. The folds themselves live in invariants/; the
// simulator only feeds them, online or from a trace file.

import type { Data } from './data.ts'
import type { Event, EventKind, NodeId } from './event.ts'
import type { Instant } from './time.ts'

/** A named property of a run. Makes a fresh fold for each run, so that nothing leaks from one to the next. */
export interface Invariant {
  readonly name: string
  /** The kinds of events that it looks at. */
  readonly kinds: readonly EventKind[]
  /** What it looks at, in the plural, as in `probes raft.role`; by default its kinds of events. */
  readonly unit?: string
  /** Further kinds, of which it need only hear from the liveness phase on (see `Liveness`): those that are costly to watch. */
  readonly coreKinds?: readonly EventKind[]
  /** A point that some run of a sweep should reach (`looked` above 0); a run that does not is no worse for it. */
  readonly isPoint?: boolean
  /** It judges each event by itself: whatever came before makes no difference to what it finds. */
  readonly isMemoryless?: boolean
  /** Begins a fold. */
  readonly begin: (world: InvariantWorld) => InvariantFold
}

/** What a fold is told about the world before the first event. */
export interface InvariantWorld {
  readonly nodes: readonly NodeId[]
  /** The members of each declared group. */
  readonly groups: ReadonlyMap<string, readonly NodeId[]>
}

/** One invariant over one run. */
export interface InvariantFold {
  /** Looks at an event of the declared kinds; returns what is wrong, or null. */
  readonly on: (event: Event) => Finding | null
  /** The run is over; returns what is wrong with it as a whole. */
  readonly end?: (end: RunEnd) => Finding | null
  /** Whether nothing that may still happen in the healed system matters to it: the run may end. Absent: always. */
  readonly isSettled?: () => boolean
  /**
   * What it remembers of what it has seen, as plain data, as far as that decides what it will find. An exhaustive search
   * takes it into the state of the world. Absent: nothing but what follows from the last published states of all nodes and
   * from the history of operations.
   */
  readonly memory?: () => Data
  /** How often the property was really put to the test, and on what (shown in the report). */
  readonly looked: () => number
}

/** How a run ended, as invariants see it. */
export interface RunEnd {
  readonly at: Instant
  /** When the faults ended for good; null when the run ended before. */
  readonly healedAt: Instant | null
}

/** What an invariant has to say when it is not satisfied. */
export type Finding =
  | {
      readonly kind: 'violated'
      readonly message: string
      /** Events that show it, most telling first: their seqs; the event at hand when absent. */
      readonly witnesses?: readonly number[]
      /** Something had to happen and did not: whoever tells of it says who waited for what. */
      readonly lacksProgress?: true
    }
  | { readonly kind: 'undecided'; readonly message: string }

/** A violated invariant as a value. */
export interface Violation {
  readonly invariant: string
  readonly message: string
  readonly at: Instant
  readonly node: NodeId
  /** The event at which it showed. */
  readonly seq: number
  readonly witnesses: readonly number[]
  /** Something had to happen and did not. */
  readonly lacksProgress?: true
}

/** A property that could not be judged: never a pass. */
export interface Undecided {
  readonly invariant: string
  readonly message: string
}
