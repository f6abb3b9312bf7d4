// Which event of one run is which of another: all that both begin with, then on each node what is causally the same, then
// what is alike by kind and label in the same order. The rest only one of them has.

import type { NodeId } from '../event.ts'
import { align, commonStart, type Hunk } from './alignment.ts'
import type { NodeLog } from './causal-identity.ts'
import { commonPrefix } from './common-prefix.ts'
import { chooseMethod, identitiesOf } from './diff.ts'
import type { EventSource } from './event-source.ts'
import { keys, type MatchMethod } from './node-differences.ts'

/** The events that two runs have in common. */
export interface MatchedEvents {
  readonly method: MatchMethod
  /** For each event of the first run, by seq, that of the second run; 0: only the first run has it. */
  readonly partners: Uint32Array
}

/** Matches the events of two runs. Rejects with a TraceError when one of the traces is damaged. */
export async function matchEvents(a: EventSource, b: EventSource): Promise<MatchedEvents> {
  const common = await commonPrefix(a, b)
  const runs = { a: await identitiesOf(a, common), b: await identitiesOf(b, common) }
  const method = chooseMethod(runs, common)
  const partners = new Uint32Array(common + runs.a.length + 1)
  for (let seq = 1; seq <= common; seq++) partners[seq] = seq
  const names = new Set<NodeId>([...runs.a.nodes.keys()].filter((node) => runs.b.nodes.has(node)))
  for (const node of names) {
    const [logA, logB] = [runs.a.nodes.get(node), runs.b.nodes.get(node)]
    if (logA !== undefined && logB !== undefined) matchNode(logA, logB, method, partners)
  }
  return { method, partners }
}

function matchNode(a: NodeLog, b: NodeLog, method: MatchMethod, partners: Uint32Array): void {
  const same = commonStart(keys(a, method), keys(b, method))
  matchStretch(a, b, { placeA: 0, placeB: 0, length: same }, partners)
  const [labelsA, labelsB] = [keys(a, 'label').subarray(same), keys(b, 'label').subarray(same)]
  for (const stretch of stretchesOf(labelsA, labelsB))
    matchStretch(a, b, { ...stretch, placeA: stretch.placeA + same, placeB: stretch.placeB + same }, partners)
}

interface Stretch {
  readonly placeA: number
  readonly placeB: number
  readonly length: number
}

/** The stretches that two sequences have in common: the longest such parts, or, of very different ones, found piece by piece. */
function stretchesOf(a: Uint32Array, b: Uint32Array): readonly Stretch[] {
  const hunks = align(a, b)
  return hunks === null ? piecewise(a, b) : stretchesBetween(hunks, a.length)
}

/** As many labels as can be aligned however different they are. */
const pieceLength = 1000

function piecewise(a: Uint32Array, b: Uint32Array): readonly Stretch[] {
  const all: Stretch[] = []
  let [placeA, placeB] = [0, 0]
  while (placeA < a.length && placeB < b.length) {
    const piece = a.subarray(placeA, placeA + pieceLength)
    const hunks = align(piece, b.subarray(placeB, placeB + pieceLength))
    const found = stretchesBetween(hunks ?? [], hunks === null ? 0 : piece.length).filter(
      ({ length }) => length > 0,
    )
    // What is found near the end of the pieces might go with something behind it: it is looked at again.
    const sure = found.filter((stretch, index) => index === 0 || stretch.placeA < pieceLength / 2)
    for (const each of sure) all.push({ ...each, placeA: each.placeA + placeA, placeB: each.placeB + placeB })
    const last = sure.at(-1)
    placeA += last === undefined ? pieceLength : last.placeA + last.length
    placeB += last === undefined ? pieceLength : last.placeB + last.length
  }
  return all
}

/** What lies between the stretches in which two sequences differ. */
function stretchesBetween(hunks: readonly Hunk[], lengthA: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  let [placeA, placeB] = [0, 0]
  for (const { startA, endA, endB } of hunks) {
    stretches.push({ placeA, placeB, length: startA - placeA })
    placeA = endA
    placeB = endB
  }
  return [...stretches, { placeA, placeB, length: lengthA - placeA }]
}

function matchStretch(
  a: NodeLog,
  b: NodeLog,
  { placeA, placeB, length }: Stretch,
  partners: Uint32Array,
): void {
  for (let offset = 0; offset < length; offset++)
    partners[a.seqs.at(placeA + offset)] = b.seqs.at(placeB + offset)
}
