// What is left of events and messages where there is no room for each by itself: how many there are in each column of the
// picture, node by node.

import { firstAtLeast, lastAtMost } from './run.ts'
import type { RunScene } from './scene.ts'

/** A stretch of virtual time. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** More messages than this are no arrows any more, but marks on the lanes of those that they were for. */
export const arrowsMax = 1500

/** The places of messages of which something lies in a stretch, in the order in which they were sent. */
export function messagesWithin(
  { messages, run }: RunScene,
  shown: Uint8Array | undefined,
  { from, to }: Stretch,
): readonly number[] {
  const places: number[] = []
  const { send, end, count } = messages
  for (let place = 0; place < count; place++) {
    const begun = send[place] as number
    if ((run.x[begun] as number) > to) break
    const over = (end[place] as number) || begun
    if ((run.x[over] as number) < from) continue
    if (shown?.[begun] === 1 || shown?.[over] === 1) places.push(place)
  }
  return places
}

/** Counts by node and column: the one of a node's column stands at `node * columns + column`. */
export type Columns = Uint32Array

/** How many events of each node fall into each column of a stretch, of those with a flag. */
export function eventColumns(
  { run }: RunScene,
  flags: readonly (Uint8Array | undefined)[],
  { from, to }: Stretch,
  columns: number,
): Columns {
  const counts = new Uint32Array(run.info.nodes.length * columns)
  const scale = columns / (to - from)
  const [shown, also] = flags
  const last = lastAtMost(run.x, to)
  for (let seq = firstAtLeast(run.x, from); seq <= last; seq++) {
    if (shown?.[seq] !== 1 || (also !== undefined && also[seq] !== 1)) continue
    const column = Math.floor(((run.x[seq] as number) - from) * scale)
    if (column < 0) continue
    const place = (run.node[seq] as number) * columns + Math.min(column, columns - 1)
    counts[place] = (counts[place] as number) + 1
  }
  return counts
}

/**
 * How many messages fared how, by fate: on the lane of the node that they were for, or, where that has none, of their sender;
 * when they arrived or were lost, or, where nobody knows, when they were sent.
 */
export function fateColumns(
  { messages, run, laneOf }: RunScene,
  places: readonly number[],
  { from, to }: Stretch,
  columns: number,
): readonly Columns[] {
  const counts = [0, 1, 2, 3, 4].map(() => new Uint32Array(run.info.nodes.length * columns))
  const scale = columns / (to - from)
  for (const place of places) {
    const over = (messages.end[place] as number) || (messages.send[place] as number)
    const column = Math.floor(((run.x[over] as number) - from) * scale)
    if (column < 0 || column >= columns) continue
    const target = messages.target[place] as number
    const node = (laneOf[target] ?? -1) < 0 ? (messages.source[place] as number) : target
    const of = counts[messages.fate[place] as number]
    const cell = node * columns + column
    if (of !== undefined) of[cell] = (of[cell] as number) + 1
  }
  return counts
}
