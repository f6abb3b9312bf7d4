// The names of the lines of a plot, beside their ends.

import type UPlot from 'uplot'

import { labelPlaces } from '../model/label-places.ts'

/** How a line is called and drawn. */
export interface PlotLine {
  readonly label: string
  readonly colour: string
  readonly dash?: number[]
}

const height = 13
const letterWidth = 7
/** From the end of a line to its name: a stroke leads there. */
const lead = 12
const pointRadius = 3

/** The room in pixels of the page that the names take at the right. */
export function roomForLabels(lines: readonly PlotLine[]): number {
  return lead + 8 + Math.max(...lines.map(({ label }) => label.length)) * letterWidth
}

/** Draws each name in the colour of its line; where lines end together, strokes lead to names one above the other. */
export function drawLabels(plot: UPlot, lines: readonly PlotLine[], colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const ends = lines.flatMap((line, place) => {
    const end = endOf(plot, place + 1)
    return end === null ? [] : [{ line, ...end }]
  })
  const tops = labelPlaces(
    ends.map(({ y }) => y),
    { top: bbox.top, bottom: bbox.top + bbox.height, gap: height * ratio },
  )
  ctx.save()
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const [place, { line, x, y }] of ends.entries()) {
    const top = tops[place] ?? y
    ctx.strokeStyle = ctx.fillStyle = colour(line.colour)
    ctx.globalAlpha = 0.6
    ctx.lineWidth = ratio
    ctx.beginPath()
    ctx.moveTo(x + pointRadius * ratio, y)
    ctx.lineTo(x + lead * ratio, top)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.fillText(line.label, x + (lead + 3) * ratio, top)
  }
  ctx.restore()
}

/** Where a line ends; null where it has no point that is in sight. */
function endOf(plot: UPlot, column: number): { readonly x: number; readonly y: number } | null {
  const values = Array.from(plot.data[column] ?? [])
  const { min, max } = plot.scales['x'] ?? {}
  for (let place = values.length - 1; place >= 0; place--) {
    const [at, value] = [plot.data[0][place] ?? 0, values[place]]
    if (value === null || value === undefined) continue
    if (at < (min ?? at) || at > (max ?? at)) continue
    return { x: plot.valToPos(at, 'x', true), y: plot.valToPos(value, 'y', true) }
  }
  return null
}
