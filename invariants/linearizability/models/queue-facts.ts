// What the order in which values leave a queue says about the order in which they came, and the other way round, where
// each value came and left once.

import type { Bounds, Facts } from '../search/index.ts'
import type { QueueAction } from './queue.ts'

/** What must hold in every order of the actions on a queue. */
export function queueFacts(actions: readonly (QueueAction | undefined)[]): Facts {
  const enqueues = indexesByValue(actions, 'enqueue')
  const dequeues = indexesByValue(actions, 'dequeue')
  const passages: Passage[] = []
  const stays: number[] = []
  let isImpossible = false
  for (const [value, left] of dequeues) {
    const came = enqueues.get(value) ?? []
    if (left.length > came.length) isImpossible = true
    if (came.length === 1 && left.length === 1)
      passages.push({ enqueue: came[0] as number, dequeue: left[0] as number })
  }
  const isAnyOpen = actions.some((action) => action?.kind === 'dequeue-any')
  if (!isAnyOpen) for (const [value, came] of enqueues) if (!dequeues.has(value)) stays.push(...came)
  const empties = [...actions.keys()].filter((index) => actions[index]?.kind === 'empty')
  const narrow = (bounds: Bounds): boolean => {
    let isNarrower = false
    for (const { enqueue, dequeue } of passages) isNarrower = bounds.order(enqueue, dequeue) || isNarrower
    isNarrower = keepOrder(bounds, passages) || isNarrower
    isNarrower = keepOrder(bounds, passages.map(reversed)) || isNarrower
    isNarrower = putLast(bounds, passages, stays) || isNarrower
    return keepEmptiesOut(bounds, passages, empties) || isNarrower
  }
  return { clusters: [], isImpossible, narrow }
}

/** The two operations of a value that came and left once. */
interface Passage {
  readonly enqueue: number
  readonly dequeue: number
}

function reversed({ enqueue, dequeue }: Passage): Passage {
  return { enqueue: dequeue, dequeue: enqueue }
}

function indexesByValue(
  actions: readonly (QueueAction | undefined)[],
  kind: 'enqueue' | 'dequeue',
): Map<string, number[]> {
  const indexes = new Map<string, number[]>()
  for (const [index, action] of actions.entries()) {
    if (action?.kind !== kind) continue
    const group = indexes.get(action.value)
    if (group === undefined) indexes.set(action.value, [index])
    else group.push(index)
  }
  return indexes
}

/** Of two values of which one surely left before the other was asked for, that one came before, too. */
function keepOrder(bounds: Bounds, passages: readonly Passage[]): boolean {
  const byEnd = passages.toSorted((a, b) => endOf(bounds, a.dequeue) - endOf(bounds, b.dequeue))
  const byCall = passages.toSorted((a, b) => callOf(bounds, a.dequeue) - callOf(bounds, b.dequeue))
  let isNarrower = false
  let latestCall = -Infinity
  let index = 0
  for (const { enqueue, dequeue } of byCall) {
    for (; index < byEnd.length; index++) {
      const earlier = byEnd[index] as Passage
      if (endOf(bounds, earlier.dequeue) >= callOf(bounds, dequeue)) break
      latestCall = Math.max(latestCall, callOf(bounds, earlier.enqueue))
    }
    isNarrower = bounds.raiseCall(enqueue, latestCall) || isNarrower
  }
  let earliestEnd = Infinity
  index = byCall.length - 1
  for (const { enqueue, dequeue } of byEnd.toReversed()) {
    for (; index >= 0; index--) {
      const later = byCall[index] as Passage
      if (callOf(bounds, later.dequeue) <= endOf(bounds, dequeue)) break
      earliestEnd = Math.min(earliestEnd, endOf(bounds, later.enqueue))
    }
    isNarrower = bounds.lowerEnd(enqueue, earliestEnd) || isNarrower
  }
  return isNarrower
}

/** Values that never leave came after all that do. */
function putLast(bounds: Bounds, passages: readonly Passage[], stays: readonly number[]): boolean {
  const latestCall = passages.reduce(
    (latest, one) => Math.max(latest, callOf(bounds, one.enqueue)),
    -Infinity,
  )
  const earliestEnd = stays.reduce((earliest, one) => Math.min(earliest, endOf(bounds, one)), Infinity)
  let isNarrower = false
  for (const enqueue of stays) isNarrower = bounds.raiseCall(enqueue, latestCall) || isNarrower
  for (const { enqueue } of passages) isNarrower = bounds.lowerEnd(enqueue, earliestEnd) || isNarrower
  return isNarrower
}

/** Nobody finds the queue empty while a value is surely in it. */
function keepEmptiesOut(bounds: Bounds, passages: readonly Passage[], empties: readonly number[]): boolean {
  if (empties.length === 0) return false
  const spans = spansOf(bounds, passages)
  let isNarrower = false
  for (const empty of empties) {
    const atCall = spans.find(
      ({ begin, end }) => begin < callOf(bounds, empty) && callOf(bounds, empty) < end,
    )
    if (atCall !== undefined) isNarrower = bounds.raiseCall(empty, atCall.end) || isNarrower
    const atEnd = spans.find(({ begin, end }) => begin < endOf(bounds, empty) && endOf(bounds, empty) < end)
    if (atEnd !== undefined) isNarrower = bounds.lowerEnd(empty, atEnd.begin) || isNarrower
  }
  return isNarrower
}

/** When some value is surely there: spans that overlap are one. */
function spansOf(bounds: Bounds, passages: readonly Passage[]): readonly { begin: number; end: number }[] {
  const spans: { begin: number; end: number }[] = []
  const single = passages
    .map(({ enqueue, dequeue }) => ({ begin: endOf(bounds, enqueue), end: callOf(bounds, dequeue) }))
    .filter(({ begin, end }) => begin < end)
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  for (const span of single) {
    const last = spans.at(-1)
    if (last !== undefined && span.begin < last.end) last.end = Math.max(last.end, span.end)
    else spans.push({ ...span })
  }
  return spans
}

function callOf(bounds: Bounds, index: number): number {
  return bounds.call[index] as number
}

function endOf(bounds: Bounds, index: number): number {
  return bounds.end[index] as number
}
