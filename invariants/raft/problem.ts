import type { LogEntry } from './entry-tree.ts'

/** The properties by name: the five of figure 3 of the extended paper, then what they rest on. */
export type RaftProperty =
  | 'election safety'
  | 'leader append-only'
  | 'log matching'
  | 'leader completeness'
  | 'state machine safety'
  | 'one vote per term'
  | 'committed entries stay'
  | 'committed entries survive'
  | 'commit by own term'

/** A property that does not hold: the facts in one line, and earlier events that show it, by seq. */
export interface Problem {
  readonly property: RaftProperty
  readonly message: string
  readonly earlier: readonly number[]
}

/** Takes what was found; of several things found in one event the first counts. */
export type Report = (problem: Problem) => void

/** An entry as part of a sentence. */
export function showEntry({ index, term }: Pick<LogEntry, 'index' | 'term'>): string {
  return `entry ${index} of term ${term}`
}
