// What is drawn: the lanes, from top to bottom, and everything that was found out about each run.

import { type DownSpan, type FaultSpan, findDowns, findFaults } from './bands.ts'
import { Causes } from './causes.ts'
import { findMessages, type Messages } from './messages.ts'
import { findOperations, type Operations } from './operations.ts'
import type { Run } from './run.ts'
import { colourNumbers, findStates, type StateSpan } from './states.ts'

/** A run with all that follows from its events. */
export interface RunScene {
  readonly run: Run
  readonly messages: Messages
  readonly operations: Operations
  readonly states: readonly StateSpan[]
  readonly downs: readonly DownSpan[]
  readonly faults: readonly FaultSpan[]
  readonly causes: Causes
  /** The lane of each node, and of its operations; -1: none. */
  readonly laneOf: Int32Array
  readonly operationsLaneOf: Int32Array
}

/** A lane. */
export interface Lane {
  readonly run: number
  readonly kind: 'world' | 'node' | 'operations'
  readonly node: number
  readonly name: string
  readonly top: number
  readonly height: number
  /** Whether it begins a group of lanes that belong together. */
  readonly isFirst: boolean
}

/** Everything. */
export interface Scene {
  readonly runs: readonly RunScene[]
  readonly lanes: readonly Lane[]
  readonly height: number
  readonly colours: ReadonlyMap<string, number>
}

/** Few lanes are high, so that arrows are long; many are low, so that most are seen at once. */
const nodeLaneHeights = [
  [4, 66],
  [8, 48],
] as const
const nodeLaneHeightMin = 34
export const faultRowHeight = 15
export const operationRowHeight = 12
const gap = 6

/** Makes the scene of one run, or of two side by side. */
export function makeScene(runs: readonly Run[]): Scene {
  const scenes = runs.map(runScene)
  const lanes = layOut(scenes)
  const last = lanes.at(-1)
  return {
    runs: scenes,
    lanes,
    height: last === undefined ? 0 : last.top + last.height + gap,
    colours: colourNumbers(scenes.flatMap(({ states }) => states)),
  }
}

function runScene(run: Run): RunScene {
  return {
    run,
    messages: findMessages(run),
    operations: findOperations(run),
    states: findStates(run),
    downs: findDowns(run),
    faults: findFaults(run),
    causes: new Causes(run),
    laneOf: new Int32Array(run.info.nodes.length).fill(-1),
    operationsLaneOf: new Int32Array(run.info.nodes.length).fill(-1),
  }
}

/** The world first, then each node, of two runs one below the other, with its operations behind it. */
function layOut(scenes: readonly RunScene[]): readonly Lane[] {
  const lanes: Lane[] = []
  const names = new Set(scenes.flatMap(({ run }) => nodesWithEvents(run)))
  let top = gap
  const push = (run: number, kind: Lane['kind'], node: number, height: number): void => {
    const name = kind === 'world' ? 'faults' : (scenes[run]?.run.nodeName(node) ?? '')
    const isFirst = kind === 'world' ? run === 0 : lanes.at(-1)?.name !== name
    if (isFirst && lanes.length > 0) top += gap
    lanes.push({ run, kind, node, name, top, height, isFirst })
    top += height
  }
  scenes.forEach((scene, run) => {
    const rows = Math.max(1, ...scene.faults.map(({ row }) => row + 1))
    const { world } = scene.run
    if (world >= 0) scene.laneOf[world] = lanes.length
    push(run, 'world', world, rows * faultRowHeight + 4)
  })
  const height = laneHeight(names.size * scenes.length)
  for (const name of names)
    scenes.forEach((scene, run) => pushNode(scene, { run, name, height }, lanes, push))
  return lanes
}

/** The nodes that did anything, in the order in which they came; not those that others only sent to. */
function nodesWithEvents(run: Run): readonly string[] {
  const has = new Uint8Array(run.info.nodes.length)
  for (let seq = 1; seq <= run.count; seq++) has[run.node[seq] as number] = 1
  return run.info.nodes.filter((name, node) => name !== '' && has[node] === 1)
}

function laneHeight(lanes: number): number {
  return nodeLaneHeights.find(([most]) => lanes <= most)?.[1] ?? nodeLaneHeightMin
}

function pushNode(
  scene: RunScene,
  { run, name, height }: { readonly run: number; readonly name: string; readonly height: number },
  lanes: readonly Lane[],
  push: (run: number, kind: Lane['kind'], node: number, height: number) => void,
): void {
  const node = scene.run.info.nodes.indexOf(name)
  if (node < 0) return
  scene.laneOf[node] = lanes.length
  push(run, 'node', node, height)
  const rows = scene.operations.rows.get(node) ?? 0
  if (rows === 0) return
  scene.operationsLaneOf[node] = lanes.length
  push(run, 'operations', node, rows * operationRowHeight + 4)
}
