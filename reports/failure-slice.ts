// The events of a run that led to a violation: the nearest causal past of the event at which it showed and of its
// witnesses.

import { CausalGraph, type Event, type Violation } from '../sim/index.ts'

const eventsMax = 40
const eventsMin = 4

/** The slice, in the order of the log, at most about 40 events. */
export function failureSlice(events: readonly Event[], violation: Violation): readonly Event[] {
  const graph = new CausalGraph()
  for (const event of events) graph.add(event)
  const shown = [...new Set([violation.seq, ...violation.witnesses])]
    .filter((seq) => seq <= graph.length)
    .slice(0, eventsMax / eventsMin)
  const each = Math.max(eventsMin, Math.floor(eventsMax / Math.max(1, shown.length)))
  const seqs = new Set(shown.flatMap((seq) => graph.slice(seq, { eventsMax: each })))
  return events.filter(({ seq }) => seqs.has(seq))
}
