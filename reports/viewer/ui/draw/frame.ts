// One frame: what is to be drawn, and where instants and lanes lie in it.

import type { Crowd } from '../../model/crowd.ts'
import type { MessagesInSight } from '../../model/messages-in-sight.ts'
import type { Lane, RunScene, Scene } from '../../model/scene.ts'
import type { EventRef } from '../../model/view-state.ts'
import type { Theme } from './theme.ts'

/** What is marked by its relation to the selected event. */
export interface Cone {
  readonly run: number
  readonly past: ReadonlySet<number>
  readonly future: ReadonlySet<number>
}

/** All that a frame shows. */
export interface Frame {
  readonly context: CanvasRenderingContext2D
  readonly theme: Theme
  readonly scene: Scene
  readonly width: number
  readonly height: number
  /** Width of the names at the left. */
  readonly gutter: number
  readonly scroll: number
  readonly from: number
  readonly to: number
  /** For each run a flag for each event. */
  readonly shown: readonly Uint8Array[]
  /** For each run, the messages of which something lies in sight. */
  readonly messages: readonly MessagesInSight[]
  /** For each run, how much happened when, for where there is no room for each by itself. */
  readonly crowds: readonly Crowd[]
  /** For each run, where two are compared: 1 for an event that only it has. */
  readonly only: readonly Uint8Array[] | null
  /** Where a node first differs, by run. */
  readonly partings: readonly EventRef[]
  readonly violations: readonly number[]
  readonly selected: EventRef | null
  readonly cone: Cone | null
}

export const axisHeight = 24

/** Where an instant lies. */
export function xOf({ gutter, width, from, to }: Frame, at: number): number {
  return gutter + ((at - from) / (to - from)) * (width - gutter)
}

/** How much virtual time a pixel stands for. */
export function timeOfPixel({ from, to, width, gutter }: Frame): number {
  return (to - from) / Math.max(1, width - gutter)
}

/** The top of a lane. */
export function topOf({ scroll }: Frame, lane: Lane): number {
  return axisHeight + lane.top - scroll
}

/** The middle of a lane: where messages begin and end. */
export function middleOf(frame: Frame, lane: Lane): number {
  return topOf(frame, lane) + lane.height / 2
}

/** Whether any of a lane is to be seen. */
export function isVisible(frame: Frame, lane: Lane): boolean {
  const top = topOf(frame, lane)
  return top < frame.height && top + lane.height > axisHeight
}

/** The middle of the lane of a node; null when it has none. */
export function nodeY(frame: Frame, { laneOf }: RunScene, node: number): number | null {
  const lane = frame.scene.lanes[laneOf[node] ?? -1]
  return lane === undefined ? null : middleOf(frame, lane)
}
