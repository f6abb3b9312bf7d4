// Which event is meant by a place in the diagram.

import { lastAtMost } from '../model/run.ts'
import type { RunScene } from '../model/scene.ts'
import type { EventRef } from '../model/view-state.ts'
import { type Frame, isVisible, topOf, xOf } from './draw/frame.ts'
import { faultRowHeight, operationRowHeight } from '../model/scene.ts'

const reach = 8

/** The event nearest to a place, within a few pixels; null when there is none. */
export function eventAt(frame: Frame, x: number, y: number): EventRef | null {
  const lane = frame.scene.lanes.find(
    (each) => isVisible(frame, each) && y >= topOf(frame, each) && y < topOf(frame, each) + each.height,
  )
  const scene = frame.scene.runs[lane?.run ?? -1]
  if (lane === undefined || scene === undefined || x < frame.gutter) return null
  const row = y - topOf(frame, lane)
  if (lane.kind === 'world') return faultAt(frame, scene, lane.run, x, Math.floor(row / faultRowHeight))
  if (lane.kind === 'operations')
    return callAt(
      frame,
      scene,
      { run: lane.run, node: lane.node },
      x,
      Math.floor((row - 2) / operationRowHeight),
    )
  return nearest(frame, scene, { run: lane.run, node: lane.node }, x)
}

function faultAt(frame: Frame, scene: RunScene, run: number, x: number, row: number): EventRef | null {
  // Of those that share a row the later one lies on top.
  const fault = scene.faults.findLast(
    (span) =>
      span.row === row &&
      x >= xOf(frame, scene.run.x[span.from] ?? 0) - 2 &&
      x <= xOf(frame, scene.run.x[span.to] ?? 0) + 2,
  )
  return fault === undefined ? null : { run, seq: fault.from }
}

interface NodeOfRun {
  readonly run: number
  readonly node: number
}

function callAt(
  frame: Frame,
  scene: RunScene,
  { run, node }: NodeOfRun,
  x: number,
  row: number,
): EventRef | null {
  const { x: xs, count } = scene.run
  const span = scene.operations.spans.find(
    (each) =>
      each.node === node &&
      each.row === row &&
      x >= xOf(frame, xs[each.invoke] ?? 0) - 1 &&
      x <= xOf(frame, xs[each.end === 0 ? count : each.end] ?? 0) + 1,
  )
  return span === undefined ? null : { run, seq: span.invoke }
}

function nearest(frame: Frame, scene: RunScene, { run, node }: NodeOfRun, x: number): EventRef | null {
  const { run: events } = scene
  const time = (pixels: number): number =>
    frame.from + ((pixels - frame.gutter) / (frame.width - frame.gutter)) * (frame.to - frame.from)
  const last = lastAtMost(events.x, time(x + reach))
  let best: EventRef | null = null
  let bestDistance = reach
  for (let seq = last; seq >= 1; seq--) {
    const distance = Math.abs(xOf(frame, events.x[seq] as number) - x)
    if ((events.x[seq] as number) < time(x - reach)) break
    if (events.node[seq] !== node || frame.shown[run]?.[seq] !== 1 || distance >= bestDistance) continue
    bestDistance = distance
    best = { run, seq }
  }
  return best
}
