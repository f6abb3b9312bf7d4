// Events on the lanes of their nodes: a shape for each kind where there is room, else how many there are.

import { firstAtLeast, lastAtMost } from '../../model/run.ts'
import type { RunScene } from '../../model/scene.ts'
import { drawHistograms } from './crowd.ts'
import { onlyLines } from './forms.ts'
import { type Frame, nodeY, xOf } from './frame.ts'

/** What a kind of event looks like. */
export type Shape = 'dot' | 'ring' | 'triangle' | 'square' | 'diamond' | 'cross' | 'bar'

const shapes: { readonly [kind: string]: Shape } = {
  deliver: 'dot',
  'datagram-deliver': 'dot',
  'stream-read': 'dot',
  send: 'ring',
  'datagram-send': 'ring',
  'stream-write': 'ring',
  'timer-fire': 'triangle',
  'disk-request': 'square',
  'disk-result': 'square',
  probe: 'diamond',
  log: 'diamond',
  operation: 'bar',
  drop: 'cross',
  crash: 'cross',
  exit: 'cross',
}

/** The shape of a kind of event. */
export function shapeOf(kind: string): Shape {
  return shapes[kind] ?? 'bar'
}

const roomMin = 7

/** Draws the events that are to be seen. */
export function drawEvents(frame: Frame): void {
  frame.scene.runs.forEach((scene, index) => {
    const { run } = scene
    const first = firstAtLeast(run.x, frame.from)
    const last = lastAtMost(run.x, frame.to)
    const room = ((frame.width - frame.gutter) * run.info.nodes.length) / Math.max(1, last - first)
    if (room > roomMin) drawShapes(frame, scene, index, [first, last])
    else drawHistograms(frame, scene, index)
  })
  drawPartings(frame)
  drawSelected(frame)
}

type Range = readonly [first: number, last: number]

function drawShapes(frame: Frame, scene: RunScene, index: number, [first, last]: Range): void {
  const { context, theme } = frame
  const { run } = scene
  const only = frame.only?.[index]
  const kindShapes = run.info.kinds.map(shapeOf)
  for (let seq = first; seq <= last; seq++) {
    const node = run.node[seq] as number
    if (frame.shown[index]?.[seq] !== 1 || node === run.world) continue
    const y = nodeY(frame, scene, node)
    if (y === null) continue
    const isOnly = only?.[seq] === 1
    context.fillStyle = isOnly ? (index === 0 ? theme.onlyA : theme.onlyB) : theme.ink
    context.strokeStyle = context.fillStyle
    context.globalAlpha = isFaded(frame, index, seq) ? 0.3 : 1
    const x = xOf(frame, run.x[seq] as number)
    drawShape(context, kindShapes[run.kind[seq] as number] ?? 'bar', x, y)
    if (isOnly) drawOnlyLine(context, index, x, y)
  }
  context.globalAlpha = 1
}

/** Draws the line that says of which run alone an event is. */
export function drawOnlyLine(context: CanvasRenderingContext2D, run: number, x: number, y: number): void {
  const { left, top, width, height } = onlyLines[run === 0 ? 0 : 1]
  context.fillRect(x + left, y + top, width, height)
}

function isFaded({ cone }: Frame, run: number, seq: number): boolean {
  return cone !== null && !(cone.run === run && (cone.past.has(seq) || cone.future.has(seq)))
}

/** Draws a shape around a point. */
export function drawShape(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number): void {
  context.lineWidth = 1.5
  context.beginPath()
  switch (shape) {
    case 'dot':
    case 'ring':
      context.arc(x, y, 3.5, 0, Math.PI * 2)
      break
    case 'triangle':
      context.moveTo(x, y - 4)
      context.lineTo(x + 4, y + 3)
      context.lineTo(x - 4, y + 3)
      context.closePath()
      break
    case 'square':
      context.rect(x - 3, y - 3, 6, 6)
      break
    case 'diamond':
      context.moveTo(x, y - 4.5)
      context.lineTo(x + 4.5, y)
      context.lineTo(x, y + 4.5)
      context.lineTo(x - 4.5, y)
      context.closePath()
      break
    case 'cross':
      context.moveTo(x - 4, y - 4)
      context.lineTo(x + 4, y + 4)
      context.moveTo(x + 4, y - 4)
      context.lineTo(x - 4, y + 4)
      break
    case 'bar':
      context.moveTo(x, y - 6)
      context.lineTo(x, y + 6)
  }
  if (shape === 'ring' || shape === 'cross' || shape === 'bar') context.stroke()
  else context.fill()
}

function drawPartings(frame: Frame): void {
  const { context, theme } = frame
  context.textAlign = 'left'
  for (const { run, seq } of frame.partings) {
    const scene = frame.scene.runs[run]
    if (scene === undefined) continue
    const y = nodeY(frame, scene, scene.run.node[seq] as number)
    if (y === null) continue
    const x = xOf(frame, scene.run.x[seq] as number)
    context.fillStyle = run === 0 ? theme.onlyA : theme.onlyB
    context.fillRect(x - 1.5, y - 15, 3, 30)
    context.beginPath()
    context.moveTo(x, y - 15)
    context.lineTo(x + 9, y - 11)
    context.lineTo(x, y - 7)
    context.fill()
  }
}

function drawSelected(frame: Frame): void {
  const { selected, context, theme } = frame
  const scene = selected === null ? undefined : frame.scene.runs[selected.run]
  if (selected === null || scene === undefined) return
  const y = nodeY(frame, scene, scene.run.node[selected.seq] as number)
  if (y === null) return
  context.strokeStyle = theme.accent
  context.lineWidth = 2.5
  context.beginPath()
  context.arc(xOf(frame, scene.run.x[selected.seq] as number), y, 8, 0, Math.PI * 2)
  context.stroke()
}
