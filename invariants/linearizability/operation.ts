import type { Data } from '../../sim/index.ts'

/** How an operation ended. `info`: nobody knows; it may take effect at any later time, or never. */
export type Outcome = 'ok' | 'fail' | 'info'

/**
 * What a failed operation says. `dropped`: it did not happen. `observed`: it happened and found that its precondition
 * did not hold (a cas found another value, a dequeue an empty queue, an acquire a held lock).
 */
export type FailMeaning = 'dropped' | 'observed'

/** One client call from its invoke to its end. */
export interface Operation {
  /** The sequential client; a number of a recorded history is given as its text. */
  readonly process: string
  /** What was called: `read`, `write`, `cas`, … as the model names it. */
  readonly f: string
  /** Which object it concerns; null when there is only one. Operations of different keys are judged apart. */
  readonly key: Data
  readonly input: Data
  /** What came back; null unless the outcome is `ok` or `fail`. */
  readonly output: Data
  readonly outcome: Outcome
  /** Place of the invoke: a line, or the seq of an event. Places of a history ascend. */
  readonly call: number
  /** Place of the end, `Infinity` for an operation without a known end. */
  readonly return: number
}
