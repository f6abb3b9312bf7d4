// What comes of running one node's program alone.

import type { Event, NodeId } from '../event.ts'
import type { Difference } from '../log/index.ts'
import type { Outcome } from '../outcome.ts'

/** What came of it; `inputs` were fed, and `outputs` compared that were as recorded. */
export type AloneResult = AloneEnd & {
  readonly node: NodeId
  readonly inputs: number
  readonly outputs: number
}

/** How it ended. `undecided`: it did not get to the end, because of a bound or a leak. */
export type AloneEnd =
  | { readonly kind: 'same' }
  | { readonly kind: 'diverged'; readonly divergence: AloneDivergence }
  | { readonly kind: 'undecided'; readonly outcome: Outcome }

/** The first thing that is not as recorded. `before` has the inputs right before it, earliest first. */
export type AloneDivergence = OutputDivergence | InputDivergence

/**
 * An output that differs. `recorded` is null where the program produced nothing more before its next input, `produced`
 * where it does not now. The event that is produced now bears the seq and the cause that it would have in the trace.
 */
export interface OutputDivergence {
  readonly kind: 'output'
  readonly recorded: Event | null
  readonly produced: Event | null
  /** The first field that differs; null when one of the two is missing. */
  readonly difference: Difference | null
  readonly before: readonly Event[]
}

/** A recorded input that the program does not take any more: a message without a handler, a port that nobody has. */
export interface InputDivergence {
  readonly kind: 'input'
  readonly recorded: Event
  readonly before: readonly Event[]
}
