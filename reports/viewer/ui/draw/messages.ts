// Messages as arrows, each fate in a line of its own kind; where they are many, one for those within a few pixels.

import { arrowsMax } from '../../model/messages-in-sight.ts'
import type { RunScene } from '../../model/scene.ts'
import { drawLines, type Line, styleLines } from './arrows.ts'
import { drawMarks } from './crowd.ts'
import { lost, underWay } from './forms.ts'
import { type Frame, nodeY, timeOfPixel, xOf } from './frame.ts'

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
  for (let fate = 0; fate <= underWay; fate++) {
    const places = visible.filter((place) => scene.messages.fate[place] === fate)
    const isCrowded = places.length > (fate === 0 ? plainMax : unusualMax)
    const drawn = isCrowded ? thinned(frame, scene, places) : places
    styleLines(context, theme, fate, isCrowded)
    context.globalAlpha = alpha * (isCrowded ? (fate === 0 ? 0.2 : 0.6) : fate === 0 ? 0.75 : 1)
    const lines = drawn.flatMap((place) => {
      const line = lineOf(frame, scene, place)
      return line === null ? [] : [line]
    })
    drawLines(context, fate, lines, fate === 0 ? !isCrowded : drawn.length < headsMax)
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

const bucketWidth = 4

/** Of messages between the same nodes that begin within a few pixels, one. */
function thinned(frame: Frame, { messages, run }: RunScene, places: readonly number[]): readonly number[] {
  const nodes = run.info.nodes.length
  const last = new Map<number, number>()
  // On a grid of time, and not of the picture: else others would be left out with every step of a pan.
  const width = timeOfPixel(frame) * bucketWidth
  return places.filter((place) => {
    const link = (messages.source[place] as number) * nodes + (messages.target[place] as number)
    const bucket = Math.floor((run.x[messages.send[place] as number] as number) / width)
    if (last.get(link) === bucket) return false
    last.set(link, bucket)
    return true
  })
}

const stub = 14

/** From where to where a message is drawn: one that was lost ends between the lanes. */
function lineOf(frame: Frame, scene: RunScene, place: number): Line | null {
  const { messages, run } = scene
  const y1 = nodeY(frame, scene, messages.source[place] as number)
  const y2 = nodeY(frame, scene, messages.target[place] as number)
  const fate = messages.fate[place] as number
  if (y1 === null) return null
  if (y2 === null) return fate === lost ? lostAtOnce(frame, run, place, [messages.send, y1]) : null
  const x1 = xOf(frame, run.x[messages.send[place] as number] as number)
  const end = messages.end[place] as number
  const x2 = end === 0 ? x1 + stub : xOf(frame, run.x[end] as number)
  if (fate !== lost && fate !== underWay) return [x1, y1, x2, y2]
  const part = fate === lost ? 0.55 : 0.3
  return [x1, y1, Math.max(x2, x1 + stub / 2), y1 + (y2 - y1) * part]
}

/** What is sent to a node that is not there ends beside its sender. */
function lostAtOnce(
  frame: Frame,
  { x }: RunScene['run'],
  place: number,
  [send, y]: readonly [Uint32Array, number],
): Line {
  const left = xOf(frame, x[send[place] as number] as number)
  return [left, y, left + stub / 2, y + stub]
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
