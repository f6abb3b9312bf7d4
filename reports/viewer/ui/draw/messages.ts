// Messages as arrows, each fate in a line of its own kind; where they are many, one for those within a few pixels.

import { arrowsMax } from '../../model/messages-in-sight.ts'
import type { RunScene } from '../../model/scene.ts'
import { drawMarks } from './crowd.ts'
import { fateDashes } from './forms.ts'
import { type Frame, nodeY, xOf } from './frame.ts'

const lostFate = 3
const underWayFate = 4
/** More messages than this that arrived, or that did not as they should, are thinned out. */
const plainMax = 700
const unusualMax = 250
/** More crosses and heads than this say nothing any more. */
const headsMax = 400

/** Draws the messages that are to be seen: as arrows, or as marks where they are too many. */
export function drawMessages(frame: Frame): void {
  frame.scene.runs.forEach((scene, run) => {
    const { count = 0, places = [] } = frame.messages[run] ?? {}
    if (count > arrowsMax) drawMarks(frame, scene, run)
    else drawAllArrows(frame, scene, places)
  })
}

/** What went wrong is drawn last; of everything only as much as can be told apart. */
function drawAllArrows(frame: Frame, scene: RunScene, visible: readonly number[]): void {
  const alpha = frame.cone === null ? 1 : 0.2
  const { context, theme } = frame
  for (let fate = 0; fate <= underWayFate; fate++) {
    const places = visible.filter((place) => scene.messages.fate[place] === fate)
    const isCrowded = places.length > (fate === 0 ? plainMax : unusualMax)
    const drawn = isCrowded ? thinned(frame, scene, places) : places
    context.strokeStyle = theme.fates[fate] ?? theme.muted
    context.fillStyle = context.strokeStyle
    context.lineWidth = fate === 0 || isCrowded ? 1 : 1.5
    context.globalAlpha = alpha * (isCrowded ? (fate === 0 ? 0.2 : 0.6) : fate === 0 ? 0.75 : 1)
    context.setLineDash([...(fateDashes[fate] ?? [])])
    drawArrows(frame, scene, drawn, fate === 0 ? !isCrowded : drawn.length < headsMax)
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

const bucketWidth = 4

/** Of messages between the same nodes that begin within a few pixels, one. */
function thinned(frame: Frame, { messages, run }: RunScene, places: readonly number[]): readonly number[] {
  const nodes = run.info.nodes.length
  const last = new Map<number, number>()
  return places.filter((place) => {
    const link = (messages.source[place] as number) * nodes + (messages.target[place] as number)
    const bucket = Math.floor(xOf(frame, run.x[messages.send[place] as number] as number) / bucketWidth)
    if (last.get(link) === bucket) return false
    last.set(link, bucket)
    return true
  })
}

function drawArrows(frame: Frame, scene: RunScene, places: readonly number[], hasHeads: boolean): void {
  const { context } = frame
  const heads: [x: number, y: number, dx: number, dy: number, fate: number][] = []
  context.beginPath()
  for (const place of places) {
    const line = lineOf(frame, scene, place)
    if (line === null) continue
    const [x1, y1, x2, y2, fate] = line
    context.moveTo(x1, y1)
    context.lineTo(x2, y2)
    if (hasHeads) heads.push([x2, y2, x2 - x1, y2 - y1, fate])
  }
  context.stroke()
  context.setLineDash([])
  for (const [x, y, dx, dy, fate] of heads) drawHead(context, x, y, Math.atan2(dy, dx), fate)
}

type Line = readonly [x1: number, y1: number, x2: number, y2: number, fate: number]

const stub = 14

/** From where to where a message is drawn: one that was lost ends between the lanes. */
function lineOf(frame: Frame, scene: RunScene, place: number): Line | null {
  const { messages, run } = scene
  const y1 = nodeY(frame, scene, messages.source[place] as number)
  const y2 = nodeY(frame, scene, messages.target[place] as number)
  const fate = messages.fate[place] as number
  if (y1 === null) return null
  if (y2 === null) return fate === lostFate ? lostAtOnce(frame, run, place, [messages.send, y1]) : null
  const x1 = xOf(frame, run.x[messages.send[place] as number] as number)
  const end = messages.end[place] as number
  const x2 = end === 0 ? x1 + stub : xOf(frame, run.x[end] as number)
  if (fate !== lostFate && fate !== underWayFate) return [x1, y1, x2, y2, fate]
  const part = fate === lostFate ? 0.55 : 0.3
  return [x1, y1, Math.max(x2, x1 + stub / 2), y1 + (y2 - y1) * part, fate]
}

/** What is sent to a node that is not there ends beside its sender. */
function lostAtOnce(
  frame: Frame,
  { x }: RunScene['run'],
  place: number,
  [send, y]: readonly [Uint32Array, number],
): Line {
  const left = xOf(frame, x[send[place] as number] as number)
  return [left, y, left + stub / 2, y + stub, lostFate]
}

/** An arrow; lost: a cross; late: a hollow circle before it; duplicated: two arrows. */
function drawHead(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  angle: number,
  fate: number,
): void {
  context.save()
  context.translate(x, y)
  if (fate === lostFate) {
    context.beginPath()
    context.moveTo(-4, -4)
    context.lineTo(4, 4)
    context.moveTo(4, -4)
    context.lineTo(-4, 4)
    context.lineWidth = 2
    context.stroke()
  } else if (fate !== underWayFate) {
    context.rotate(angle)
    arrow(context, -3)
    if (fate === 2) arrow(context, -10)
    if (fate === 1) {
      context.beginPath()
      context.arc(-15, 0, 3.5, 0, Math.PI * 2)
      context.stroke()
    }
  }
  context.restore()
}

function arrow(context: CanvasRenderingContext2D, tip: number): void {
  context.beginPath()
  context.moveTo(tip, 0)
  context.lineTo(tip - 7, -3)
  context.lineTo(tip - 7, 3)
  context.fill()
}

/** Draws the edges of the selected event's past and future over everything else. */
export function drawCone(frame: Frame): void {
  const { cone, context, theme } = frame
  const scene = cone === null ? undefined : frame.scene.runs[cone.run]
  if (cone === null || scene === undefined) return
  context.lineWidth = 2
  for (const [seqs, colour, dash] of [
    [cone.past, theme.accent, []],
    [cone.future, theme.states[4] ?? theme.ink, [5, 2]],
  ] as const) {
    context.strokeStyle = colour
    context.setLineDash([...dash])
    context.beginPath()
    for (const seq of seqs) drawEdge(frame, scene, seq, seqs)
    context.stroke()
  }
  context.setLineDash([])
}

function drawEdge(frame: Frame, scene: RunScene, seq: number, seqs: ReadonlySet<number>): void {
  const { run } = scene
  const cause = run.cause[seq] as number
  if (!seqs.has(cause)) return
  const y1 = nodeY(frame, scene, run.node[cause] as number)
  const y2 = nodeY(frame, scene, run.node[seq] as number)
  if (y1 === null || y2 === null) return
  frame.context.moveTo(xOf(frame, run.x[cause] as number), y1)
  frame.context.lineTo(xOf(frame, run.x[seq] as number), y2)
}
