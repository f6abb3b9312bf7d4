// Aligns two runs and says where they part. What both begin with is found by the digest. Behind it, events are matched
// node by node by their causal identity; where nearly nothing matches because payloads differ throughout, by label.

import type { Event, NodeId } from '../event.ts'
import { align, type Hunk } from './alignment.ts'
import { CausalIdentities } from './causal-identity.ts'
import { commonPrefix } from './common-prefix.ts'
import { type Difference, eventDifference } from './event-difference.ts'
import { type EventSource, pickEvents } from './event-source.ts'
import { type HeaderChange, headerChanges } from './header-changes.ts'
import {
  keys,
  markFirst,
  matchedCount,
  type MatchMethod,
  nodePartings,
  type NodeParting,
  type Runs,
} from './node-differences.ts'

/** What two runs have in common and where they part. */
export interface RunDiff {
  readonly changes: readonly HeaderChange[]
  /** How many events each run has. */
  readonly events: { readonly a: number; readonly b: number }
  /** How many events both begin with. */
  readonly common: number
  /** The first event that differs in anything, its instant included; null when the runs are the same. */
  readonly first: EventPair | null
  /** How events behind the common ones were matched. */
  readonly method: MatchMethod
  /** Where each node first differs, causally first ones first. Empty although `first` is not: only instants differ. */
  readonly nodes: readonly NodeDifference[]
  /** The nodes that do not differ. */
  readonly unchanged: readonly NodeId[]
  /** What happened on the node of the first entry of `nodes` around its difference. */
  readonly neighbourhood: { readonly a: readonly Event[]; readonly b: readonly Event[] }
}

/** An event of each run that should be the same; null where a run was over. */
export interface EventPair {
  readonly a: Event | null
  readonly b: Event | null
  readonly difference: Difference | null
}

/** Where a node first differs. */
export interface NodeDifference extends EventPair {
  readonly node: NodeId
  /** Whether nothing that differs led to it. */
  readonly isFirst: boolean
  /**
   * How many events of the node behind the common beginning both runs have by kind and label, in the same order, and how
   * many only one of them has; null when there are too many of these to align.
   */
  readonly alike: { readonly common: number; readonly onlyA: number; readonly onlyB: number } | null
}

/** Fewer matches by identity than this share of all events: payloads differ throughout. */
const matchRatioMin = 0.02
const aroundCount = 3
/** How far behind the common events' end the node's own last common events are looked for. */
const lookBack = 500

/** Compares two runs. Rejects with a TraceError when one of the traces is damaged. */
export async function diff(a: EventSource, b: EventSource): Promise<RunDiff> {
  const changes = headerChanges(a.header, b.header)
  const common = await commonPrefix(a, b)
  const runs = { a: await identitiesOf(a, common), b: await identitiesOf(b, common) }
  const events = { a: common + runs.a.length, b: common + runs.b.length }
  const method = chooseMethod(runs, common)
  const partings = nodePartings(runs, method)
  const wanted = [common + 1, ...partings.map((parting) => parting.a)]
  const wantedB = [common + 1, ...partings.map((parting) => parting.b)]
  const picked = { a: await pickEvents(a, wanted, common), b: await pickEvents(b, wantedB, common) }
  const marked = markFirst(partings, runs, { a: causeIn(picked.a), b: causeIn(picked.b) })
  const unchanged = [...runs.a.nodes.keys()].filter(
    (node) => !partings.some((parting) => parting.node === node),
  )
  return {
    changes,
    events,
    common,
    first: events.a === common && events.b === common ? null : pair(picked, common + 1, common + 1),
    method,
    nodes: marked.map((parting) => nodeDifference(parting, runs, picked)),
    unchanged,
    neighbourhood: await neighbourhoods({ a, b }, runs, { common, parting: marked[0] }),
  }
}

/** The causal identities of what stands behind the common events of a run. */
export async function identitiesOf(source: EventSource, common: number): Promise<CausalIdentities> {
  const identities = new CausalIdentities(common)
  for await (const { events } of source.batches(common)) for (const event of events) identities.add(event)
  return identities
}

/** By what the events of two runs are to be matched. */
export function chooseMethod(runs: Runs, common: number): MatchMethod {
  const all = common + Math.min(runs.a.length, runs.b.length)
  return common + matchedCount(runs, 'identity') < all * matchRatioMin ? 'label' : 'identity'
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

type Picked = ReadonlyMap<number, Event>

function causeIn(picked: Picked): (seq: number) => number {
  return (seq) => picked.get(seq)?.cause ?? 0
}

function pair(picked: { readonly a: Picked; readonly b: Picked }, seqA: number, seqB: number): EventPair {
  const [a, b] = [picked.a.get(seqA) ?? null, picked.b.get(seqB) ?? null]
  return { a, b, difference: a === null || b === null ? null : eventDifference(a, b) }
}

function nodeDifference(
  parting: NodeParting,
  runs: Runs,
  picked: { readonly a: Picked; readonly b: Picked },
): NodeDifference {
  const { node, isFirst } = parting
  const [labelsA, labelsB] = [keys(runs.a.nodes.get(node), 'label'), keys(runs.b.nodes.get(node), 'label')]
  const alike = countAlike(labelsA.length, align(labelsA, labelsB))
  return { node, isFirst, alike, ...pair(picked, parting.a, parting.b) }
}

function countAlike(lengthA: number, hunks: readonly Hunk[] | null): NodeDifference['alike'] {
  if (hunks === null) return null
  const onlyA = sum(hunks.map(({ startA, endA }) => endA - startA))
  const onlyB = sum(hunks.map(({ startB, endB }) => endB - startB))
  return { common: lengthA - onlyA, onlyA, onlyB }
}

async function neighbourhoods(
  sources: { readonly a: EventSource; readonly b: EventSource },
  runs: Runs,
  at: { readonly common: number; readonly parting: NodeParting | undefined },
): Promise<RunDiff['neighbourhood']> {
  const { common, parting } = at
  if (parting === undefined) return { a: [], b: [] }
  const around = (source: EventSource, run: CausalIdentities): Promise<readonly Event[]> =>
    neighbourhood(source, run, { common, node: parting.node, place: parting.common })
  return { a: await around(sources.a, runs.a), b: await around(sources.b, runs.b) }
}

/** The node's last events before a place in its log, the one there and the next ones. */
async function neighbourhood(
  source: EventSource,
  run: CausalIdentities,
  at: { readonly common: number; readonly node: NodeId; readonly place: number },
): Promise<readonly Event[]> {
  const log = run.nodes.get(at.node)
  const places = Array.from({ length: 2 * aroundCount + 1 }, (_, offset) => at.place - aroundCount + offset)
  const seqs = places.map((place) => (place < 0 ? 0 : (log?.seqs.at(place) ?? 0))).filter((seq) => seq > 0)
  const missing = Math.max(0, aroundCount - at.place)
  const earlier = missing === 0 ? [] : (await lastEvents(source, at)).slice(-missing)
  const found = await pickEvents(source, seqs, at.common)
  return [...earlier, ...seqs.flatMap((seq) => found.get(seq) ?? [])]
}

async function lastEvents(
  source: EventSource,
  at: { readonly common: number; readonly node: NodeId },
): Promise<readonly Event[]> {
  const last: Event[] = []
  for await (const { events } of source.batches(Math.max(0, at.common - lookBack))) {
    for (const event of events) if (event.seq <= at.common && event.node === at.node) last.push(event)
    if ((events.at(-1)?.seq ?? 0) >= at.common) break
  }
  return last
}
