// Where each node of two runs first differs, and which of those differences is causally first: the one that no other
// difference led to.

import type { NodeId } from '../event.ts'
import { commonStart } from './alignment.ts'
import type { CausalIdentities, NodeLog } from './causal-identity.ts'

/** By what events of the two runs are matched. */
export type MatchMethod = 'identity' | 'label'

/** Where one node first differs, in seqs; 0 where the node has no further event in that run. */
export interface NodeParting {
  readonly node: NodeId
  /** How many events the node has in common behind the common beginning of the two runs. */
  readonly common: number
  readonly a: number
  readonly b: number
  /** Whether nothing that differs led to it. */
  readonly isFirst: boolean
}

/** The events of two runs behind their common beginning. */
export interface Runs {
  readonly a: CausalIdentities
  readonly b: CausalIdentities
}

/** The cause of an event by seq, in one run. */
export type CauseOf = (seq: number) => number

/** The nodes that differ, and where. */
export function nodePartings(runs: Runs, method: MatchMethod): readonly Omit<NodeParting, 'isFirst'>[] {
  const names = new Set([...runs.a.nodes.keys(), ...runs.b.nodes.keys()])
  return [...names].flatMap((node) => {
    const [logA, logB] = [runs.a.nodes.get(node), runs.b.nodes.get(node)]
    const common = commonStart(keys(logA, method), keys(logB, method))
    const [a, b] = [logA?.seqs.at(common) ?? 0, logB?.seqs.at(common) ?? 0]
    return a === 0 && b === 0 ? [] : [{ node, common, a, b }]
  })
}

/** How many events of all nodes match before their nodes differ. */
export function matchedCount(runs: Runs, method: MatchMethod): number {
  let count = 0
  for (const [node, log] of runs.a.nodes)
    count += commonStart(keys(log, method), keys(runs.b.nodes.get(node), method))
  return count
}

/** What the events of a node are matched by. */
export function keys(log: NodeLog | undefined, method: MatchMethod): Uint32Array {
  if (log === undefined) return new Uint32Array()
  return method === 'identity' ? log.identities.view() : log.labels.view()
}

/**
 * Says of each parting whether it is a first one: in neither run was its event caused by an event that differs. Sorts
 * those to the front, then by where they stand in the runs.
 */
export function markFirst(
  partings: readonly Omit<NodeParting, 'isFirst'>[],
  runs: Runs,
  causes: { readonly a: CauseOf; readonly b: CauseOf },
): readonly NodeParting[] {
  const startA = new Map(partings.map(({ node, a }) => [node, a]))
  const startB = new Map(partings.map(({ node, b }) => [node, b]))
  const judged = partings.map((parting) => ({
    parting,
    isLedToA: isLedTo(parting.a, startA, (seq) => runs.a.nodeOf(seq), causes.a),
    isLedToB: isLedTo(parting.b, startB, (seq) => runs.b.nodeOf(seq), causes.b),
  }))
  const isAnyStrict = judged.some(({ isLedToA, isLedToB }) => !isLedToA && !isLedToB)
  // In a race each side's first event may be what the other side's was led to by: then either one counts.
  const marked = judged.map(({ parting, isLedToA, isLedToB }) => ({
    ...parting,
    isFirst: isAnyStrict ? !isLedToA && !isLedToB : !isLedToA || !isLedToB,
  }))
  return marked.toSorted(
    (x, y) =>
      Number(y.isFirst) - Number(x.isFirst) || earliest(x) - earliest(y) || (x.node < y.node ? -1 : 1),
  )
}

/** Whether the cause of an event lies where its node differs already. */
function isLedTo(
  seq: number,
  starts: ReadonlyMap<NodeId, number>,
  nodeOf: (seq: number) => NodeId | null,
  causeOf: CauseOf,
): boolean {
  if (seq === 0) return false
  const cause = causeOf(seq)
  const node = cause === 0 ? null : nodeOf(cause)
  const start = node === null ? 0 : (starts.get(node) ?? 0)
  return start > 0 && cause >= start
}

function earliest({ a, b }: { readonly a: number; readonly b: number }): number {
  if (a === 0) return b
  return b === 0 ? a : Math.min(a, b)
}
