// What stands for messages that are too many for arrows, by what became of them: on the diagram, and in the legend.

import { duplicated, late, lost, underWay } from './forms.ts'
import type { Theme } from './theme.ts'

/** A fate that has a mark. */
export type MarkedFate = typeof late | typeof duplicated | typeof lost | typeof underWay

/** A place, and how many messages are meant. */
export type Mark = readonly [x: number, y: number, count: number]

/** So many messages have the largest mark. */
export const manyMin = 6

/** Draws the marks of a fate. */
export function drawMarksOf(
  context: CanvasRenderingContext2D,
  theme: Theme,
  fate: MarkedFate,
  marks: readonly Mark[],
): void {
  context.strokeStyle = theme.fates[fate] ?? theme.muted
  context.fillStyle = context.strokeStyle
  context.lineWidth = 1.6
  context.beginPath()
  for (const [x, y, count] of marks) trace(context, fate, { x, y, r: radiusOf(count) })
  if (fate === lost || fate === late) context.stroke()
  else context.fill()
}

/** Of one, of a few, of many. */
function radiusOf(count: number): number {
  if (count === 1) return 2.4
  return count < manyMin ? 2.9 : 3.4
}

function trace(
  context: CanvasRenderingContext2D,
  fate: MarkedFate,
  { x, y, r }: { readonly x: number; readonly y: number; readonly r: number },
): void {
  switch (fate) {
    case lost:
      context.moveTo(x - r, y - r)
      context.lineTo(x + r, y + r)
      context.moveTo(x + r, y - r)
      context.lineTo(x - r, y + r)
      return
    case late:
      context.moveTo(x + r, y)
      context.arc(x, y, r, 0, Math.PI * 2)
      return
    case duplicated:
      for (const left of [x - r, x]) {
        context.moveTo(left, y - r)
        context.lineTo(left + r, y)
        context.lineTo(left, y + r)
        context.closePath()
      }
      return
    case underWay:
      for (const step of [-1, 0, 1]) context.rect(x - 0.75, y + step * r - 0.75, 1.5, 1.5)
  }
}
