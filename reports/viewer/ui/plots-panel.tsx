// The plots of the runs at hand.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import type { SeriesBand } from '../model/document.ts'
import type { RunScene } from '../model/scene.ts'
import { seriesOf } from '../model/series.ts'
import type { PanelProps } from './panel.tsx'
import { Plots } from './plots.tsx'

/** The panel of plots. */
export function PlotsPanel({ scene, theme }: PanelProps): JSX.Element {
  const all = useMemo(() => scene.runs.map(plotted), [scene])
  // Made once: a plot that is made anew at each step of the cursor costs more than the diagram.
  return useMemo(() => allPlots(all, theme), [all, theme])
}

function allPlots(all: readonly ReturnType<typeof plotted>[], theme: string): JSX.Element {
  return (
    <>
      {all.map(({ series, bands, calls }, index) => (
        <section key={index}>
          {all.length > 1 && <h2>{index === 0 ? 'A' : 'B'}</h2>}
          {calls === 0 ? (
            <p class="hint">Nobody called anything in this run.</p>
          ) : (
            <Plots series={series} bands={bands} theme={theme} />
          )}
        </section>
      ))}
    </>
  )
}

function plotted({ run, operations, faults }: RunScene) {
  const ended = operations.spans.filter((span) => span.end > 0)
  const calls = ended.map((span) => ({
    from: run.at[span.invoke] as number,
    to: run.at[span.end] as number,
    isOk: span.phase === 'ok',
  }))
  const bands: readonly SeriesBand[] = faults.map(({ kind, from, to }) => ({
    label: kind,
    from: run.at[from] as number,
    to: run.at[to] as number,
  }))
  return { series: seriesOf(calls, run.at[run.count] ?? 0, run.begin), bands, calls: calls.length }
}
