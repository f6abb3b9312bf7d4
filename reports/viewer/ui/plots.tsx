// Operations a second and latencies over virtual time, with faults behind them.

import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'

import { rangeFromZero } from '../model/axis-range.ts'
import { familyOf } from '../model/bands.ts'
import type { Series, SeriesBand } from '../model/document.ts'
import { durationText } from '../model/time-text.ts'
import { drawLabels, type PlotLine, roomForLabels } from './plot-labels.ts'
import { bandFamilies } from './band-legend.tsx'
import { useSize } from './size.ts'

/** What is plotted. */
export interface PlotsProps {
  readonly series: Series
  readonly bands: readonly SeriesBand[]
  readonly theme: string
}

const second = 1e9
const height = 170
/** With less room than this between points they hide their line. */
const pointRoom = 15
/** From here on the quickest calls would all lie on the axis, were it even. */
const evenMax = 30

const rateLines: readonly PlotLine[] = [
  { label: 'ok', colour: 'state-0' },
  { label: 'not ok', colour: 'fate-lost', dash: [5, 3] },
]
const latencyLines: readonly PlotLine[] = [
  { label: 'p50', colour: 'state-0' },
  { label: 'p95', colour: 'state-2' },
  // Dots over a line: where both are the same, both are seen.
  { label: 'p99', colour: 'state-7', dash: [2, 5] },
]
/** The same for both plots, so that an instant is at the same place in both. */
const labelRoom = roomForLabels([...rateLines, ...latencyLines])

/** The two plots. */
export function Plots({ series, bands, theme }: PlotsProps): JSX.Element {
  const seconds = series.at.map((at) => at / second)
  return (
    <>
      <Plot
        title="Operations a second"
        data={[seconds, [...series.rate], [...series.failed]]}
        lines={rateLines}
        room={labelRoom}
        text={(value) => (value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1))}
        bands={bands}
        theme={theme}
      />
      <Plot
        title="Latency of calls that succeeded"
        data={[seconds, [...series.p50], [...series.p95], [...series.p99]]}
        lines={latencyLines}
        room={labelRoom}
        text={(value) => (value === 0 ? '0' : durationText(value))}
        isByPowers={spansPowers([series.p50, series.p95, series.p99])}
        bands={bands}
        theme={theme}
      />
    </>
  )
}

/** One plot. */
export interface PlotProps extends Pick<PlotsProps, 'bands' | 'theme'> {
  readonly title: string
  readonly data: UPlot.AlignedData
  readonly lines: readonly PlotLine[]
  /** For their names, in pixels (default: as much as they need). */
  readonly room?: number
  readonly text: (value: number) => string
  /** Whether each power of ten takes the same room (default: no). */
  readonly isByPowers?: boolean
}

/** Whether values are all positive, and some are many times as large as others. */
function spansPowers(columns: readonly (readonly (number | null)[])[]): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (const column of columns)
    for (const value of column) {
      if (value === null) continue
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  return least > 0 && most > evenMax * least
}

/** A plot that fills the width that it is given. */
export function Plot({
  title,
  data,
  lines,
  room = roomForLabels(lines),
  text,
  isByPowers = false,
  bands,
  theme,
}: PlotProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null)
  const { width } = useSize(holder)
  useLayoutEffect(() => {
    if (holder.current === null || width === 0) return undefined
    const colour = colours()
    const plot = new UPlot(
      {
        width,
        height,
        title: '',
        scales: { x: { time: false }, y: isByPowers ? { distr: 3 } : fromZero },
        cursor: { drag: { x: true, y: false } },
        axes: axesOf({ text, isByPowers }, colour),
        series: [
          { label: 'at', value: (_plot, value) => (value === null ? '' : `${value.toFixed(3)}s`) },
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(line.colour),
            width: 2,
            dash: line.dash ?? [],
            spanGaps: false,
            points: { show: data[0].length * pointRoom < width },
            value: (_plot: UPlot, value: number | null) => (value === null ? '' : text(value)),
          })),
        ],
        hooks: {
          drawClear: [(plot) => drawBands(plot, bands, colour)],
          setCursor: [(plot) => plot.root.classList.toggle('idle', (plot.cursor.idx ?? null) === null)],
          draw: [(plot) => drawLabels(plot, lines, colour)],
        },
        padding: [null, room, null, null],
      },
      data,
      holder.current,
    )
    plot.root.classList.add('idle')
    return () => plot.destroy()
  }, [width, data, theme])
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div ref={holder} />
    </figure>
  )
}

// uPlot says null where there is nothing to show, though its types do not.
const fromZero: UPlot.Scale = {
  range: (_plot, _least, most: number | null) => rangeFromZero(most),
}

function axesOf(
  { text, isByPowers = false }: Pick<PlotProps, 'text' | 'isByPowers'>,
  colour: (name: string) => string,
): UPlot.Axis[] {
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line') },
    ticks: { stroke: colour('line') },
  }
  // Whole numbers: on an axis `100ms` says all that `100.0ms` does.
  const shortText = (value: number): string => text(value).replace(/\.0+(?=\D|$)/, '')
  return [
    { ...axis, values: (_plot, values) => values.map((value) => `${value}s`) },
    {
      ...axis,
      size: 62,
      values: (_plot, values) => values.map(shortText),
      ...(isByPowers ? byPowers : {}),
    },
  ]
}

const byPowers: UPlot.Axis = {
  splits: (_plot, _axis, least, most) => powersOfTen(least, most),
  filter: (_plot, splits) => splits,
}

/** The powers of ten from one to the other, so few that their names have room. */
function powersOfTen(least: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(least)), Math.floor(Math.log10(most))]
  const step = Math.max(1, Math.ceil((last - first + 1) / powersMax))
  const powers: number[] = []
  for (let power = first; power <= last; power += step) powers.push(10 ** power)
  return powers
}

const powersMax = 6

function colours(): (name: string) => string {
  const style = getComputedStyle(document.documentElement)
  return (name) => style.getPropertyValue(`--${name}`).trim()
}

function drawBands(plot: UPlot, bands: readonly SeriesBand[], colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const { label, from, to } of bands) {
    const left = plot.valToPos(from / second, 'x', true)
    const width = Math.max(2, plot.valToPos(to / second, 'x', true) - left)
    const family = familyOf(label)
    ctx.fillStyle = colour(`fault-${family}`)
    ctx.globalAlpha = 0.13
    ctx.fillRect(left, bbox.top, width, bbox.height)
    // A line at the top, each family at its own height, says which it is where bands lie over each other.
    ctx.globalAlpha = 0.8
    const row = bandFamilies.indexOf(family) * 4 * devicePixelRatio
    ctx.fillRect(left, bbox.top + row, width, 3 * devicePixelRatio)
  }
  ctx.restore()
}
