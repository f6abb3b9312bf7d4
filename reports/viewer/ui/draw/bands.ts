// What lasts: nodes that are down, faults, and the states that nodes published.

import type { FaultFamily, FaultSpan } from '../../model/bands.ts'
import { faultRowHeight, type RunScene } from '../../model/scene.ts'
import { hollowEdge, type StateForm, stateForms } from './forms.ts'
import { type Frame, isVisible, middleOf, topOf, xOf } from './frame.ts'
import { fitted, widthOf } from './text.ts'
import type { Theme } from './theme.ts'

const widthMin = 2

/** Draws faults over the lanes that they concern, and nodes that are down. */
export function drawBands(frame: Frame): void {
  for (const scene of frame.scene.runs) {
    for (const fault of scene.faults) drawFault(frame, scene, fault)
    for (const { node, why, from, to } of scene.downs)
      drawBand(frame, scene, {
        node,
        from,
        to,
        fill: why === 'pause' ? frame.theme.paused : frame.theme.down,
        share: 1,
      })
  }
}

interface Band {
  readonly node: number
  readonly from: number
  readonly to: number
  readonly fill: CanvasPattern | string
  /** How much of the lane's height, from below. */
  readonly share: number
}

function drawFault(frame: Frame, scene: RunScene, fault: FaultSpan): void {
  const { context, theme } = frame
  const [left, right] = extent(frame, scene, fault)
  if (right < frame.gutter || left > frame.width) return
  const fill = theme.patterns[fault.family] ?? theme.muted
  const nodes = fault.nodes ?? []
  if (fault.family !== 'node')
    for (const node of nodes)
      drawBand(frame, scene, { node, from: fault.from, to: fault.to, fill, share: 0.3 })
  const lane = frame.scene.lanes[scene.laneOf[scene.run.world] ?? -1]
  if (lane === undefined || !isVisible(frame, lane)) return
  const top = topOf(frame, lane) + 2 + fault.row * faultRowHeight
  paintFault(context, theme, fault.family, [left, top, right - left, faultBoxHeight])
}

/** Names the faults, over the edges that lead from them. */
export function drawFaultLabels(frame: Frame): void {
  for (const scene of frame.scene.runs) {
    const lane = frame.scene.lanes[scene.laneOf[scene.run.world] ?? -1]
    if (lane === undefined || !isVisible(frame, lane)) continue
    for (const fault of scene.faults) {
      const [left, right] = extent(frame, scene, fault)
      if (right < frame.gutter || left > frame.width) continue
      const y = topOf(frame, lane) + 1 + (fault.row + 0.5) * faultRowHeight
      const end = fault.labelTo < fault.to ? xOf(frame, scene.run.x[fault.labelTo] ?? 0) : right
      drawLabel(frame, fault.kind, [Math.max(left, frame.gutter), end], y)
    }
  }
}

/** How high the box of a fault is. */
export const faultBoxHeight: number = faultRowHeight - 3

/** Left, top, width and height. */
export type Box = readonly [x: number, y: number, width: number, height: number]

/** Paints the box of a fault. */
export function paintFault(
  context: CanvasRenderingContext2D,
  theme: Theme,
  family: FaultFamily,
  [x, y, width, height]: Box,
): void {
  for (const fill of [theme.surface, theme.patterns[family] ?? theme.muted]) {
    context.fillStyle = fill
    context.fillRect(x, y, width, height)
  }
  context.strokeStyle = theme.families[family] ?? theme.muted
  context.lineWidth = 1
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1)
}

function drawLabel(frame: Frame, label: string, [left, right]: readonly [number, number], y: number): void {
  const { context, theme } = frame
  if (label === '' || right - left < 24) return
  const text = fitted(context, label, right - left - 8)
  if (text.length < 3) return
  context.textAlign = 'left'
  context.fillStyle = theme.surface
  context.fillRect(left + 3, y - 5, widthOf(context, text) + 4, 10)
  context.fillStyle = theme.ink
  context.fillText(text, left + 5, y + 0.5)
}

function extent(
  frame: Frame,
  { run }: RunScene,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const left = xOf(frame, run.x[from] ?? 0)
  const right = xOf(frame, run.x[to] ?? 0)
  return [left, Math.max(right, left + widthMin)] as const
}

function drawBand(frame: Frame, scene: RunScene, { node, from, to, fill, share }: Band): void {
  const lane = frame.scene.lanes[scene.laneOf[node] ?? -1]
  if (lane === undefined || !isVisible(frame, lane)) return
  const [left, right] = extent(frame, scene, { from, to })
  if (right < frame.gutter || left > frame.width) return
  const height = (lane.height - 2) * share
  const top = topOf(frame, lane) + lane.height - 1 - height
  frame.context.fillStyle = fill
  frame.context.fillRect(left, top, right - left, height)
}

/** Says why nodes did not run, over whatever else is drawn there. */
export function drawDownLabels(frame: Frame): void {
  for (const scene of frame.scene.runs) {
    for (const { node, why, from, to } of scene.downs) {
      const lane = frame.scene.lanes[scene.laneOf[node] ?? -1]
      if (lane === undefined || !isVisible(frame, lane)) continue
      const [left, right] = extent(frame, scene, { from, to })
      const ends = [Math.max(left, frame.gutter), Math.min(right, frame.width)] as const
      drawLabel(frame, downTexts[why], ends, middleOf(frame, lane))
    }
  }
}

const downTexts = { crash: 'crashed', exit: 'ended itself', stop: 'stopped', pause: 'paused' } as const

type Extent = readonly [from: number, to: number]

/** Paints the bar of a state, hollow or with gaps as its number says: colours alone may look alike. */
export function paintState(
  { context, theme }: Pick<Frame, 'context' | 'theme'>,
  number: number,
  [left, right]: Extent,
  middle: number,
): void {
  const { height, isHollow, step, gap } = stateForms[number] ?? plainForm
  const top = middle - height / 2
  context.fillStyle = theme.states[number] ?? theme.muted
  context.fillRect(left, top, right - left, height)
  context.fillStyle = theme.surface
  if (isHollow && right - left > hollowEdge * 2)
    context.fillRect(
      left + hollowEdge,
      top + hollowEdge,
      right - left - hollowEdge * 2,
      height - hollowEdge * 2,
    )
  if (step === 0) return
  for (let x = Math.ceil(left / step) * step; x < right; x += step) context.fillRect(x, top, gap, height)
}

const plainForm: StateForm = { height: 5, isHollow: false, step: 0, gap: 0 }

/** Draws each node's lane in the colour of its state; where nothing was published, as a thin line. */
export function drawStates(frame: Frame): void {
  const { context, theme, scene, gutter, width } = frame
  for (const lane of scene.lanes) {
    if (lane.kind !== 'node' || !isVisible(frame, lane)) continue
    context.fillStyle = theme.line
    context.fillRect(gutter, Math.round(middleOf(frame, lane)) - 1, width - gutter, 2)
  }
  for (const run of scene.runs) {
    for (const { node, from, to, state, detail } of run.states) {
      const lane = scene.lanes[run.laneOf[node] ?? -1]
      if (lane === undefined || !isVisible(frame, lane)) continue
      const [left, right] = extent(frame, run, { from, to })
      if (right < gutter || left > width) continue
      const number = scene.colours.get(state) ?? 0
      // Only what is in sight: a run at a close zoom is wide.
      const ends = [Math.max(left, gutter - 2), Math.min(right, width + 2)] as const
      paintState(frame, number, ends, middleOf(frame, lane))
      const label = detail === '' ? state : `${state}, ${detail}`
      drawLabel(frame, label, [Math.max(left, gutter), Math.min(right, width)], topOf(frame, lane) + 6)
    }
  }
}
