// The events of a run that led to a violation: the nearest causal past of the events that show it, and what befell nodes
// meanwhile. Read from the trace in two passes, so that a long run does not have to fit into memory.

import { CausalGraph, type Event, type EventKind, type EventSource, type Violation } from '../sim/index.ts'

import { turnKinds, turnsMax } from './turn-kinds.ts'

const eventsMax = 40
const witnessesMax = 10

const turns: ReadonlySet<EventKind> = new Set(turnKinds)

/**
 * The slice, in the order of the log, at most about 90 events: of what shows the violation the nearest past, and what lies
 * between two events of that. Rejects with a TraceError when the trace is damaged.
 */
export async function failureSlice(source: EventSource, violation: Violation): Promise<readonly Event[]> {
  const shown = showingEvents(violation).slice(0, witnessesMax)
  const graph = await graphUpTo(source, Math.max(...shown))
  const known = shown.filter((seq) => seq >= 1 && seq <= graph.length)
  const near = new Set(graph.slice(known, { eventsMax }))
  const seqs = new Set([...near, ...between(graph, near)])
  return withoutEarlyTurns(await pick(source, seqs, turns), seqs)
}

/** The causes of events that follow from another of these: without them, a link between two that are shown is not. */
function between(graph: CausalGraph, near: ReadonlySet<number>): readonly number[] {
  const causes = [...near].flatMap((seq) => graph.causesOf(seq).slice(0, 1))
  return causes.filter((cause) => graph.causesOf(cause).some((seq) => near.has(seq)))
}

/** The events that show a violation. What was judged at the end of a run is shown by others than its last event. */
export function showingEvents({ seq, witnesses }: Violation): readonly number[] {
  return witnesses.length === 0 ? [seq] : [...new Set(witnesses)]
}

/** An event with its nearest causes, at most so many events, in the order of the log. Throws a RangeError for none that is there. */
export async function causesOf(
  source: EventSource,
  seq: number,
  eventsMax: number,
): Promise<readonly Event[]> {
  const graph = await graphUpTo(source, seq)
  return pick(source, new Set(graph.slice(seq, { eventsMax })))
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

/** Keeps of the turns that are not part of the slice only the last few. */
function withoutEarlyTurns(events: readonly Event[], seqs: ReadonlySet<number>): readonly Event[] {
  const beside = events.filter(({ seq }) => !seqs.has(seq))
  const dropped = new Set(beside.slice(0, Math.max(0, beside.length - turnsMax)))
  return events.filter((event) => !dropped.has(event))
}

async function graphUpTo(source: EventSource, last: number): Promise<CausalGraph> {
  const graph = new CausalGraph()
  for await (const { events } of source.batches()) {
    for (const event of events) if (event.seq <= last) graph.add(event)
    if (graph.length >= last) break
  }
  return graph
}

/** The events with the given seqs, and between the first and the last of them those of the given kinds. */
async function pick(
  source: EventSource,
  seqs: ReadonlySet<number>,
  kinds: ReadonlySet<EventKind> = new Set(),
): Promise<readonly Event[]> {
  const picked: Event[] = []
  if (seqs.size === 0) return picked
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
  for await (const { events } of source.batches(first - 1)) {
    for (const event of events)
      if (seqs.has(event.seq) || (event.seq < last && kinds.has(event.kind))) picked.push(event)
    if ((events.at(-1)?.seq ?? 0) >= last) break
  }
  return picked
}
