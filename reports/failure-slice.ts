// The events of a run that led to a violation: the nearest causal past of the events that show it, and what befell nodes
// meanwhile. Read from the trace in two passes, so that a long run does not have to fit into memory.

import {
  CausalGraph,
  type Event,
  type EventKind,
  type EventOf,
  type EventSource,
  type Violation,
} from '../sim/index.ts'

import { turnKinds, turnsMax } from './turn-kinds.ts'
import { lastsUntilHealed } from './viewer/model/fault-duration.ts'
import { publishedState } from '../sim/published-state.ts'

const eventsMax = 40
const witnessesMax = 10
const statesMax = 12

const turns: ReadonlySet<EventKind> = new Set(turnKinds)

/**
 * The slice, in the order of the log, at most about 90 events: of what shows the violation the nearest past, and what lies
 * between two events of that; the last fault before, where none befalls it; and what
 * state each node last published. Rejects with a TraceError when the trace is damaged.
 */
export async function failureSlice(source: EventSource, violation: Violation): Promise<readonly Event[]> {
  const shown = showingEvents(violation).slice(0, witnessesMax)
  const { graph, calls, faults, states } = await readUpTo(source, Math.max(...shown))
  const known = shown.filter((seq) => seq >= 1 && seq <= graph.length)
  const near = new Set(graph.slice(known, { eventsMax }))
  const slice = new Set([...near, ...between(graph, near)])
  const begun = [...slice].flatMap((seq) => calls.get(seq) ?? [])
  const seqs = new Set([
    ...slice,
    ...begun,
    ...lastFaultBefore(slice, faults),
    ...[...states.values()].slice(-statesMax),
  ])
  return withoutEarlyTurns(await pick(source, seqs, turns, Math.min(...slice)), seqs)
}

/** Where no fault befalls the slice: the last one before it, from its begin to its end. What led there may take long to show. */
function lastFaultBefore(slice: ReadonlySet<number>, faults: readonly FaultSpan[]): readonly number[] {
  const first = Math.min(...slice)
  const last = Math.max(...slice)
  if (faults.some(({ begin }) => begin > first && begin < last)) return []
  const before = faults.findLast(({ begin }) => begin < first)
  return before === undefined ? [] : before.end === 0 ? [before.begin] : [before.begin, before.end]
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
  const { graph } = await readUpTo(source, seq)
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

/** A fault by the events with which it began and, unless that is 0, ended. */
interface FaultSpan {
  readonly begun: EventOf<'fault-begin'>
  readonly begin: number
  end: number
}

interface Past {
  readonly graph: CausalGraph
  /** The event with which a call began, by the one with which it ended. */
  readonly calls: ReadonlyMap<number, number>
  readonly faults: readonly FaultSpan[]
  /** The event with which each node last published its state: its role, whether it leads. */
  readonly states: ReadonlyMap<string, number>
}

async function readUpTo(source: EventSource, last: number): Promise<Past> {
  const graph = new CausalGraph()
  const calls = new Map<number, number>()
  const open = new Map<string, number>()
  const faults: FaultSpan[] = []
  const states = new Map<string, number>()
  for await (const { events } of source.batches()) {
    for (const event of events) {
      if (event.seq > last) break
      graph.add(event)
      if (event.kind === 'operation') takeCall(event, open, calls)
      else if (event.kind === 'probe') takeState(event, states)
      else if (event.kind === 'fault-begin') faults.push({ begun: event, begin: event.seq, end: 0 })
      else if (event.kind === 'fault-end') endFault(event, faults)
    }
    if (graph.length >= last) break
  }
  return { graph, calls, faults, states }
}

function endFault({ index, seq }: EventOf<'fault-end'>, faults: readonly FaultSpan[]): void {
  const ended = faults.findLast(({ begun }) => begun.index === index)
  if (ended !== undefined && !lastsUntilHealed(ended.begun.fault)) ended.end = seq
}

function takeState({ seq, node, name, value }: EventOf<'probe'>, states: Map<string, number>): void {
  const told = publishedState(name, value)
  if (told === undefined) return
  states.delete(node)
  if (told !== null) states.set(node, seq)
}

function takeCall(
  { seq, node, id, phase }: EventOf<'operation'>,
  open: Map<string, number>,
  calls: Map<number, number>,
): void {
  const name = `${node} ${id}`
  const begun = open.get(name)
  if (phase === 'invoke') open.set(name, seq)
  else if (begun !== undefined) calls.set(seq, begun)
  if (phase !== 'invoke') open.delete(name)
}

/** The events with the given seqs, and between one (default: the first) and the last of them those of the given kinds. */
async function pick(
  source: EventSource,
  seqs: ReadonlySet<number>,
  kinds: ReadonlySet<EventKind> = new Set(),
  kindsFrom = 0,
): Promise<readonly Event[]> {
  const picked: Event[] = []
  if (seqs.size === 0) return picked
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
  const isTurn = ({ seq, kind }: Event): boolean => seq >= kindsFrom && seq < last && kinds.has(kind)
  for await (const { events } of source.batches(first - 1)) {
    for (const event of events) if (seqs.has(event.seq) || isTurn(event)) picked.push(event)
    if ((events.at(-1)?.seq ?? 0) >= last) break
  }
  return picked
}
