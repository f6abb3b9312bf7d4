// The events of a run that led to a violation: the nearest causal past of the event at which it showed and of its
// witnesses. Read from the trace in two passes, so that a long run does not have to fit into memory.

import { CausalGraph, type Event, type EventSource, type Violation } from '../sim/index.ts'

const eventsMax = 40
const eventsMin = 4

/** The slice, in the order of the log, at most about 40 events. Rejects with a TraceError when the trace is damaged. */
export async function failureSlice(source: EventSource, violation: Violation): Promise<readonly Event[]> {
  const graph = await graphUpTo(source, Math.max(violation.seq, ...violation.witnesses))
  const shown = [...new Set([violation.seq, ...violation.witnesses])]
    .filter((seq) => seq >= 1 && seq <= graph.length)
    .slice(0, eventsMax / eventsMin)
  const each = Math.max(eventsMin, Math.floor(eventsMax / Math.max(1, shown.length)))
  return pick(source, new Set(shown.flatMap((seq) => graph.slice(seq, { eventsMax: each }))))
}

/** The last events of a run, in the order of the log. */
export async function lastEvents(
  source: EventSource,
  count: number,
  events: number,
): Promise<readonly Event[]> {
  const seqs = Array.from({ length: Math.min(count, events) }, (_, index) => events - index)
  return pick(source, new Set(seqs))
}

async function graphUpTo(source: EventSource, last: number): Promise<CausalGraph> {
  const graph = new CausalGraph()
  for await (const { events } of source.batches()) {
    for (const event of events) if (event.seq <= last) graph.add(event)
    if (graph.length >= last) break
  }
  return graph
}

async function pick(source: EventSource, seqs: ReadonlySet<number>): Promise<readonly Event[]> {
  const picked: Event[] = []
  if (seqs.size === 0) return picked
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
  for await (const { events } of source.batches(first - 1)) {
    picked.push(...events.filter(({ seq }) => seqs.has(seq)))
    if ((events.at(-1)?.seq ?? 0) >= last) break
  }
  return picked
}
