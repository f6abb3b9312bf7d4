// What an arrow of each fate looks like: on the diagram, and in the legend.

import { duplicated, fateDashes, late, lost, underWay } from './forms.ts'
import type { Theme } from './theme.ts'

/** From where to where. */
export type Line = readonly [x1: number, y1: number, x2: number, y2: number]

/** Sets how lines of a fate are drawn, single ones or many. */
export function styleLines(
  context: CanvasRenderingContext2D,
  theme: Theme,
  fate: number,
  isCrowded: boolean,
): void {
  context.strokeStyle = theme.fates[fate] ?? theme.muted
  context.fillStyle = context.strokeStyle
  context.lineWidth = fate === 0 || isCrowded ? 1 : 1.5
  context.setLineDash([...(fateDashes[fate] ?? [])])
}

/** Draws the lines of a fate, in the style that is set, with or without what stands at their ends. */
export function drawLines(
  context: CanvasRenderingContext2D,
  fate: number,
  lines: readonly Line[],
  hasHeads: boolean,
): void {
  context.beginPath()
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(x1, y1)
    context.lineTo(x2, y2)
  }
  context.stroke()
  context.setLineDash([])
  if (hasHeads) for (const line of lines) drawHead(context, line, fate)
}

/** An arrow; lost: a cross; late: a hollow circle before it; duplicated: two arrows; under way: nothing. */
function drawHead(context: CanvasRenderingContext2D, [x1, y1, x2, y2]: Line, fate: number): void {
  if (fate === underWay) return
  context.save()
  context.translate(x2, y2)
  if (fate === lost) {
    drawCross(context)
  } else {
    context.rotate(Math.atan2(y2 - y1, x2 - x1))
    drawTriangle(context, -3)
    if (fate === duplicated) drawTriangle(context, -10)
    if (fate === late) {
      context.beginPath()
      context.arc(-15, 0, 3.5, 0, Math.PI * 2)
      context.stroke()
    }
  }
  context.restore()
}

function drawCross(context: CanvasRenderingContext2D): void {
  context.beginPath()
  context.moveTo(-4, -4)
  context.lineTo(4, 4)
  context.moveTo(4, -4)
  context.lineTo(-4, 4)
  context.lineWidth = 2
  context.stroke()
}

function drawTriangle(context: CanvasRenderingContext2D, tip: number): void {
  context.beginPath()
  context.moveTo(tip, 0)
  context.lineTo(tip - 7, -3)
  context.lineTo(tip - 7, 3)
  context.fill()
}
