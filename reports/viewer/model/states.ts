// What nodes published of themselves: role, term, leader. A lane is drawn in the colour of its node's state.

import { namesState, type PublishedState, publishedState } from '../../../sim/published-state.ts'
import type { Run } from './run.ts'

/** A stretch of a node's life in one published state. */
export interface StateSpan {
  readonly node: number
  readonly from: number
  /** The event that ended it, or the last one of the run. */
  to: number
  readonly state: string
  /** Such as `term 3`. */
  readonly detail: string
}

/** The states of all nodes, in the order in which they began. */
export function findStates(run: Run): readonly StateSpan[] {
  const spans: StateSpan[] = []
  const current = new Map<number, StateSpan>()
  const probe = run.kindNumber('probe')
  const ends = new Set(['start', 'crash', 'exit', 'stop'].map((kind) => run.kindNumber(kind)))
  for (let seq = 1; seq <= run.count; seq++) {
    const kind = run.kind[seq] as number
    if ((kind !== probe && !ends.has(kind)) || run.isOver[seq] === 1) continue
    const node = run.node[seq] as number
    const told = kind === probe ? stateAt(run, seq) : null
    if (kind === probe && told === undefined) continue
    const before = current.get(node)
    if (before !== undefined) before.to = seq
    current.delete(node)
    if (told === null || told === undefined) continue
    const span = { node, from: seq, to: run.count, ...told }
    spans.push(span)
    current.set(node, span)
  }
  return spans
}

/** The state that a probe tells; null when it says that there is none any more, undefined when it tells no state. */
function stateAt(run: Run, seq: number): PublishedState | null | undefined {
  const name = run.wordOf(seq)
  // Most probes are none, and parsing costs.
  if (!namesState(name) && !run.ownText(seq).includes('"role":')) return undefined
  return publishedState(name, run.own(seq)['value'] ?? null)
}

const known: ReadonlyMap<string, number> = new Map([
  ['leader', 0],
  ['primary', 0],
  ['follower', 1],
  ['backup', 1],
  ['candidate', 2],
  ['pre-candidate', 3],
])
const knownCount = 4
/** How many states are told apart by colour. */
export const stateColours = 8

/** A colour number for each state: the same for the usual roles in every run, others in the order in which they came. */
export function colourNumbers(spans: Iterable<StateSpan>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  let next = knownCount
  for (const { state } of spans) {
    if (numbers.has(state)) continue
    const number = known.get(state)
    numbers.set(state, number ?? knownCount + ((next++ - knownCount) % (stateColours - knownCount)))
  }
  return numbers
}
