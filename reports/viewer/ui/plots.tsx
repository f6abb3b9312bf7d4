// Operations a second and latencies over virtual time, with faults behind them.

import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'

import { type FaultFamily, familyOf } from '../model/bands.ts'
import type { Series, SeriesBand } from '../model/document.ts'
import { durationText } from '../model/time-text.ts'
import { useSize } from './size.ts'

/** What is plotted. */
export interface PlotsProps {
  readonly series: Series
  readonly bands: readonly SeriesBand[]
  readonly theme: string
}

const second = 1e9
const height = 170
/** Room at the right for the names of lines. */
const labelWidth = 86
const labelHeight = 13

/** The two plots. */
export function Plots({ series, bands, theme }: PlotsProps): JSX.Element {
  const seconds = series.at.map((at) => at / second)
  return (
    <>
      <Plot
        title="Operations a second"
        data={[seconds, [...series.rate], [...series.failed]]}
        lines={[
          { label: 'ok', colour: 'state-0' },
          { label: 'not ok', colour: 'fate-lost', dash: [5, 3] },
        ]}
        text={(value) => (value >= 10 ? value.toFixed(0) : value.toFixed(1))}
        bands={bands}
        theme={theme}
      />
      <Plot
        title="Latency of calls that succeeded"
        data={[seconds, [...series.p50], [...series.p95], [...series.p99]]}
        lines={[
          { label: 'p50', colour: 'state-0' },
          { label: 'p95', colour: 'state-2' },
          // Dots over a line: where both are the same, both are seen.
          { label: 'p99', colour: 'state-7', dash: [2, 5] },
        ]}
        text={durationText}
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
  readonly lines: readonly { readonly label: string; readonly colour: string; readonly dash?: number[] }[]
  readonly text: (value: number) => string
}

/** A plot that fills the width that it is given. */
export function Plot({ title, data, lines, text, bands, theme }: PlotProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null)
  const { width } = useSize(holder)
  useLayoutEffect(() => {
    if (holder.current === null || width === 0) return undefined
    const colour = colours()
    const axis = {
      stroke: colour('muted'),
      grid: { stroke: colour('line') },
      ticks: { stroke: colour('line') },
    }
    const plot = new UPlot(
      {
        width,
        height,
        title: '',
        scales: { x: { time: false } },
        cursor: { drag: { x: true, y: false } },
        axes: [
          { ...axis, values: (_plot, values) => values.map((value) => `${value}s`) },
          { ...axis, size: 62, values: (_plot, values) => values.map(text) },
        ],
        series: [
          { label: 'at', value: (_plot, value) => (value === null ? '' : `${value.toFixed(3)}s`) },
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(line.colour),
            width: 2,
            dash: line.dash ?? [],
            spanGaps: false,
            points: { show: data[0].length < 40 },
            value: (_plot: UPlot, value: number | null) => (value === null ? '' : text(value)),
          })),
        ],
        hooks: {
          drawClear: [(plot) => drawBands(plot, bands, colour)],
          setCursor: [(plot) => plot.root.classList.toggle('idle', (plot.cursor.idx ?? null) === null)],
          draw: [(plot) => drawLabels(plot, lines, colour)],
        },
        padding: [null, labelWidth, null, null],
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
    const row = families.indexOf(family) * 4 * devicePixelRatio
    ctx.fillRect(left, bbox.top + row, width, 3 * devicePixelRatio)
  }
  ctx.restore()
}

const families: readonly FaultFamily[] = ['node', 'network', 'clock', 'disk', 'names']

/** The name of each line where it ends; lines that end in the same place share one. */
function drawLabels(plot: UPlot, lines: PlotProps['lines'], colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const labels: { text: string; top: number; colour: string }[] = []
  for (const [place, { label, colour: name }] of lines.entries()) {
    const value = Array.from(plot.data[place + 1] ?? []).findLast(
      (each) => each !== null && each !== undefined,
    )
    if (value === undefined || value === null) continue
    const top = plot.valToPos(value, 'y', true)
    const near = labels.find((each) => Math.abs(each.top - top) < labelHeight * ratio)
    if (near === undefined) labels.push({ text: label, top, colour: colour(name) })
    else Object.assign(near, { text: `${near.text}, ${label}`, colour: colour('muted') })
  }
  ctx.save()
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { text, top, colour: fill } of labels) {
    ctx.fillStyle = fill
    ctx.fillText(text, bbox.left + bbox.width + 4 * ratio, top)
  }
  ctx.restore()
}
