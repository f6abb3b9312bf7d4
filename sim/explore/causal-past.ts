// Everything that may have led to some events: their causes, what their nodes did before, and the faults that had begun or
// ended by then on these nodes. A partition leads to no event by itself, and still decides what arrives.

import { type Fault, faultNodes } from '../faults/index.ts'
import type { Event, NodeId } from '../event.ts'

/** The causal past of events of a run, these included, by their seqs. Wants all events of the run up to them. */
export function causalPast(events: readonly Event[], seqs: readonly number[]): ReadonlySet<number> {
  const direct = directCauses(events)
  const past = new Set<number>(seqs)
  for (let seq = Math.max(0, ...seqs); seq > 0; seq--) {
    if (!past.has(seq)) continue
    for (const cause of direct.get(seq) ?? []) past.add(cause)
  }
  return past
}

/** The nodes on which an event of a run tells: its own, or those that its fault acts on. */
export function actsOn(events: readonly Event[]): (event: Event) => readonly NodeId[] {
  const nodes = [...new Set(events.map(({ node }) => node))].filter((node) => node !== '')
  return (event) => {
    const fault = faultOf(event, events)
    if (fault !== null) return faultNodes(fault, nodes)
    return event.node === '' ? [] : [event.node]
  }
}

function faultOf(event: Event, events: readonly Event[]): Fault | null {
  if (event.kind === 'fault-begin') return event.fault
  if (event.kind !== 'fault-end') return null
  const begin = events[event.cause - 1]
  return begin?.kind === 'fault-begin' ? begin.fault : null
}

/** For each event its cause, the event before it on its node, and the faults that came between the two. */
function directCauses(events: readonly Event[]): ReadonlyMap<number, readonly number[]> {
  const nodesOf = actsOn(events)
  const before = new Map<NodeId, readonly number[]>()
  const direct = new Map<number, readonly number[]>()
  for (const event of events) {
    direct.set(event.seq, [event.cause, ...(before.get(event.node) ?? [])])
    const isFault = event.node === ''
    for (const node of nodesOf(event))
      before.set(node, isFault ? [...(before.get(node) ?? []), event.seq] : [event.seq])
  }
  return direct
}
