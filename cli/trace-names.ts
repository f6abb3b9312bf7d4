// Whether a trace has what flags name: nodes, kinds of events, an event's number. A name that is not there would select nothing,
// and look like an answer.

import { wrongValue } from './arguments.ts'
import type { EventSource } from '../sim/index.ts'

/** What flags name. */
export interface NamedParts {
  readonly node?: readonly string[] | undefined
  readonly kind?: readonly string[] | undefined
  /** The number of an event. */
  readonly around?: number | undefined
}

const shownMax = 20

/** Reads the trace to its end. Rejects with an error that says what is there. */
export async function checkNames(trace: EventSource, { node, kind, around }: NamedParts): Promise<void> {
  const nodes = new Set<string>(['world'])
  const kinds = new Set<string>()
  let last = 0
  for await (const { events } of trace.batches())
    for (const event of events) {
      nodes.add(event.node === '' ? 'world' : event.node)
      kinds.add(event.kind)
      last = event.seq
    }
  demand('--node', node, nodes)
  demand('--kind', kind, kinds)
  if (around !== undefined && around > last)
    throw wrongValue('--around', String(around), `an event of this trace, which has ${last}`)
}

function demand(option: string, names: readonly string[] | undefined, known: ReadonlySet<string>): void {
  const stranger = names?.find((name) => !known.has(name))
  if (stranger === undefined) return
  const there = [...known].sort().slice(0, shownMax).join(', ')
  throw wrongValue(option, stranger, `one that this trace has: ${there}${known.size > shownMax ? ', …' : ''}`)
}
