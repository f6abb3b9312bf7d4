// Replays a trace: runs its header again and compares the two runs event by event. The trace is read once before the run,
// and of every event only the digest after it is kept (4 bytes), so that the synchronous loop of the run never waits for
// the file; when the runs part, the trace is read a second time up to there to show what was recorded.

import type { Event } from '../event.ts'
import { CausalGraph } from './causal-graph.ts'
import { type Difference, eventDifference } from './event-difference.ts'
import { type EventSource, pickEvents } from './event-source.ts'
import { type HeaderChange, headerChanges } from './header-changes.ts'
import { type Parting, RunComparer, readCheckpoints } from './run-comparer.ts'
import type { TraceHeader } from './trace-header.ts'

/**
 * Runs a header again. Passes every event to `onEvent` as it happens, may stop early once `isOver` says so, and resolves
 * to the header that the new run has itself.
 */
export type Rerun = (
  header: TraceHeader,
  onEvent: (event: Event) => void,
  isOver: () => boolean,
) => Promise<TraceHeader>

/** What came of a replay. */
export type ReplayResult =
  | {
      readonly kind: 'same'
      readonly events: number
      readonly digest: string
      readonly changes: readonly HeaderChange[]
    }
  | { readonly kind: 'diverged'; readonly divergence: Divergence; readonly changes: readonly HeaderChange[] }

/** The first event that differs. */
export interface Divergence {
  readonly seq: number
  /** As recorded; null when the recorded run had ended before. */
  readonly recorded: Event | null
  /** As it happened now; null when the new run had ended before. */
  readonly rerun: Event | null
  /** The first field that differs; null when one of the two is missing. */
  readonly difference: Difference | null
  /** The chain of causes of each, nearest first, cut at 20. */
  readonly recordedCauses: readonly Event[]
  readonly rerunCauses: readonly Event[]
  /** The events right before, which both runs have in common, earliest first. */
  readonly before: readonly Event[]
}

const causesMax = 20
const beforeCount = 5

/** Replays a trace. Rejects with a TraceError when the trace is damaged, and with whatever `rerun` rejects with. */
export async function replay(trace: EventSource, rerun: Rerun): Promise<ReplayResult> {
  const recorded = await readCheckpoints(trace)
  const comparer = new RunComparer(recorded)
  const header = await rerun(
    trace.header,
    (event) => comparer.add(event),
    () => comparer.isDiverged,
  )
  const changes = headerChanges(trace.header, header)
  const parting = comparer.end()
  if (parting === null) return { kind: 'same', events: recorded.length, digest: comparer.digest, changes }
  return { kind: 'diverged', divergence: await describe(trace, parting), changes }
}

async function describe(trace: EventSource, parting: Parting): Promise<Divergence> {
  const { seq, event } = parting
  const graph = await graphUpTo(trace, seq)
  const recordedChain = graph.length >= seq ? graph.chain(seq) : []
  const rerunChain =
    event === null || event.cause === 0 || event.cause > graph.length
      ? []
      : [event.cause, ...graph.chain(event.cause)]
  const [recordedCauses, rerunCauses] = [recordedChain.slice(0, causesMax), rerunChain.slice(0, causesMax)]
  const before = Array.from(
    { length: Math.min(beforeCount, seq - 1) },
    (_, index) => seq - 1 - index,
  ).toReversed()
  const events = await pickEvents(trace, [seq, ...recordedCauses, ...rerunCauses, ...before])
  const recorded = events.get(seq) ?? null
  const found = (seqs: readonly number[]): readonly Event[] =>
    seqs.flatMap((wanted) => events.get(wanted) ?? [])
  return {
    seq,
    recorded,
    rerun: event,
    difference: recorded === null || event === null ? null : eventDifference(recorded, event),
    recordedCauses: found(recordedCauses),
    rerunCauses: found(rerunCauses),
    before: found(before),
  }
}

async function graphUpTo(trace: EventSource, last: number): Promise<CausalGraph> {
  const graph = new CausalGraph()
  for await (const batch of trace.batches()) {
    for (const event of batch.events) if (event.seq <= last) graph.add(event)
    if (graph.length >= last) break
  }
  return graph
}
