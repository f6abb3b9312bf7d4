// Draws a frame, from back to front.

import { scaleLinear } from 'd3-scale'

import { instantText } from '../../model/time-text.ts'
import { drawBands, drawDownLabels, drawFaultLabels, drawStates } from './bands.ts'
import { drawEvents } from './events.ts'
import { axisHeight, type Frame, isVisible, topOf, xOf } from './frame.ts'
import { drawCone, drawMessages } from './messages.ts'
import { drawOperations } from './operations.ts'
import { fitted, widthOf } from './text.ts'

const font = '11px system-ui, sans-serif'

/** Draws everything that is to be seen. */
export function drawFrame(frame: Frame): void {
  const { context, theme, width, height, gutter } = frame
  context.font = font
  context.textBaseline = 'middle'
  context.globalAlpha = 1
  context.setLineDash([])
  context.fillStyle = theme.surface
  context.fillRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.rect(gutter, axisHeight, width - gutter, height - axisHeight)
  context.clip()
  drawGrid(frame)
  drawBands(frame)
  drawMessages(frame)
  drawStates(frame)
  drawOperations(frame)
  drawEvents(frame)
  drawDownLabels(frame)
  drawCone(frame)
  drawFaultLabels(frame)
  drawViolations(frame)
  context.restore()
  drawGutter(frame)
  drawAxis(frame)
}

function ticksOf({ from, to, width, gutter }: Frame): readonly number[] {
  return scaleLinear([from, to], [gutter, width]).ticks(Math.max(2, Math.floor((width - gutter) / 110)))
}

function drawGrid(frame: Frame): void {
  const { context, theme, height, scene, width } = frame
  context.strokeStyle = theme.line
  context.lineWidth = 1
  context.globalAlpha = 0.6
  context.beginPath()
  for (const tick of ticksOf(frame)) {
    const x = Math.round(xOf(frame, tick)) + 0.5
    context.moveTo(x, axisHeight)
    context.lineTo(x, height)
  }
  context.stroke()
  context.globalAlpha = 1
  context.fillStyle = theme.raised
  for (const lane of scene.lanes)
    if (isVisible(frame, lane) && lane.kind !== 'node')
      context.fillRect(frame.gutter, topOf(frame, lane), width - frame.gutter, lane.height)
}

function drawAxis(frame: Frame): void {
  const { context, theme, width, gutter } = frame
  context.fillStyle = theme.surface
  context.fillRect(0, 0, width, axisHeight)
  context.fillStyle = theme.muted
  context.textAlign = 'center'
  const ticks = ticksOf(frame)
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0)
  for (const tick of ticks) {
    const x = xOf(frame, tick)
    if (x < gutter + 10) continue
    const text = instantText(tick, step)
    const half = widthOf(context, text) / 2
    context.fillText(text, Math.min(x, width - half - 2), axisHeight / 2)
  }
  context.fillStyle = theme.line
  context.fillRect(0, axisHeight - 1, width, 1)
}

function drawGutter(frame: Frame): void {
  const { context, theme, scene, gutter, height } = frame
  context.fillStyle = theme.surface
  context.fillRect(0, axisHeight, gutter, height - axisHeight)
  context.textAlign = 'left'
  const isPair = scene.runs.length > 1
  for (const lane of scene.lanes) {
    if (!isVisible(frame, lane)) continue
    const top = topOf(frame, lane)
    if (lane.isFirst) {
      context.fillStyle = theme.line
      context.fillRect(0, top - 3, frame.width, 1)
    }
    const side = isPair ? `${lane.run === 0 ? 'A' : 'B'} ` : ''
    const isSmall = lane.kind === 'operations'
    context.fillStyle = isSmall ? theme.muted : theme.ink
    const text = `${side}${isSmall ? 'calls' : lane.name}`
    context.fillText(
      fitted(context, text, gutter - 12),
      isSmall ? 14 : 6,
      top + Math.min(lane.height / 2, 17),
    )
  }
  context.fillStyle = theme.line
  context.fillRect(gutter - 1, axisHeight, 1, height - axisHeight)
}

function drawViolations(frame: Frame): void {
  const run = frame.scene.runs[0]?.run
  if (run === undefined) return
  for (const seq of frame.violations)
    paintViolation(frame, xOf(frame, run.x[seq] ?? 0), [axisHeight, frame.height])
}

/** Paints the line of an event that shows a violation. */
export function paintViolation(
  { context, theme }: Pick<Frame, 'context' | 'theme'>,
  x: number,
  [top, bottom]: readonly [number, number],
): void {
  context.strokeStyle = theme.bad
  context.fillStyle = theme.bad
  context.lineWidth = 1.5
  context.setLineDash([2, 3])
  context.beginPath()
  context.moveTo(x, top)
  context.lineTo(x, bottom)
  context.stroke()
  context.setLineDash([])
  context.font = font
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillText('!', x + 3, top + 8)
}
