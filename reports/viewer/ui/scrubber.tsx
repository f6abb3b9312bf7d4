// The whole run on one strip: how much happened when, faults, what went wrong, and which part the diagram shows.

import type { JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'

import type { Scene } from '../model/scene.ts'
import { instantText } from '../model/time-text.ts'
import type { ViewAction, ViewState } from '../model/view-state.ts'
import { sized } from './diagram.tsx'
import { readTheme } from './draw/theme.ts'
import { useSize } from './size.ts'

/** What the strip shows. */
export interface ScrubberProps {
  readonly scene: Scene
  readonly state: ViewState
  readonly dispatch: (action: ViewAction) => void
  readonly violations: readonly number[]
  readonly theme: string
}

const height = 46
const binCount = 240
const densityHeight = 26
const faultRowHeightMax = 3

/** The strip. */
export function Scrubber({ scene, state, dispatch, violations, theme }: ScrubberProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width } = useSize(holder)
  const density = useMemo(() => densityOf(scene, state), [scene, state.begin, state.end])
  useLayoutEffect(() => {
    const context = sized(canvas.current, width, height)
    if (context !== null) drawStrip(context, { scene, state, violations, density, width })
  }, [scene, state.from, state.to, state.cursor, violations, density, width, theme])
  const moveTo = (event: PointerEvent): void => {
    const x = state.begin + Math.max(0, Math.min(1, event.offsetX / width)) * (state.end - state.begin)
    dispatch({ kind: 'cursor', x })
    const half = (state.to - state.from) / 2
    if (x < state.from || x > state.to) dispatch({ kind: 'window', from: x - half, to: x + half })
  }
  return (
    <div
      class="scrubber"
      ref={holder}
      role="slider"
      tabIndex={0}
      aria-label="Time"
      aria-valuemin={state.begin}
      aria-valuemax={state.end}
      aria-valuenow={state.cursor}
      aria-valuetext={instantText(state.cursor)}
      onKeyDown={(event) => {
        const x = slidTo(event.key, state)
        if (x === null) return
        event.preventDefault()
        dispatch({ kind: 'cursor', x })
      }}
    >
      <canvas
        ref={canvas}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          moveTo(event)
        }}
        onPointerMove={(event) => {
          if (event.buttons > 0) moveTo(event)
        }}
      />
    </div>
  )
}

function slidTo(key: string, { cursor, from, to, begin, end }: ViewState): number | null {
  const step = (to - from) / 50
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return cursor - step
    case 'ArrowRight':
    case 'ArrowUp':
      return cursor + step
    case 'Home':
      return begin
    case 'End':
      return end
    default:
      return null
  }
}

/** How many events fall into each part of the run, as a share of the most. */
function densityOf({ runs }: Scene, { begin, end }: ViewState): Float64Array {
  const bins = new Float64Array(binCount)
  for (const { run } of runs) {
    for (let seq = run.first; seq <= run.count; seq++) {
      const share = ((run.x[seq] as number) - begin) / (end - begin)
      const bin = Math.min(binCount - 1, Math.floor(share * binCount))
      bins[bin] = (bins[bin] as number) + 1
    }
  }
  const most = Math.max(1, ...bins)
  return bins.map((count) => count / most)
}

interface Strip extends Pick<ScrubberProps, 'scene' | 'state' | 'violations'> {
  readonly density: Float64Array
  readonly width: number
}

function drawStrip(context: CanvasRenderingContext2D, strip: Strip): void {
  const { scene, state, violations, density, width } = strip
  const theme = readTheme(document.documentElement, context)
  const { begin, end } = state
  const x = (at: number): number => (Math.max(0, at - begin) / (end - begin)) * width
  context.fillStyle = theme.raised
  context.fillRect(0, 0, width, height)
  context.fillStyle = theme.muted
  context.globalAlpha = 0.55
  density.forEach((share, bin) => {
    context.fillRect(
      (bin * width) / binCount,
      height - share * densityHeight,
      Math.max(1, width / binCount),
      share * densityHeight,
    )
  })
  context.globalAlpha = 1
  for (const { run, faults } of scene.runs.slice(0, 1)) {
    const rows = Math.max(1, ...faults.map(({ row }) => row + 1))
    const rowHeight = Math.min(faultRowHeightMax, (height - densityHeight - 2) / rows)
    for (const { from, to, family, row } of faults) {
      context.fillStyle = theme.families[family] ?? theme.muted
      const left = x(run.x[from] ?? 0)
      context.fillRect(
        left,
        2 + row * rowHeight,
        Math.max(2, x(run.x[to] ?? 0) - left),
        Math.max(1, rowHeight - 1),
      )
    }
    context.fillStyle = theme.bad
    for (const seq of violations) context.fillRect(x(run.x[seq] ?? 0) - 1, 0, 2, height)
  }
  context.fillStyle = theme.accent
  context.globalAlpha = 0.16
  context.fillRect(x(state.from), 0, Math.max(2, x(state.to) - x(state.from)), height)
  context.globalAlpha = 1
  context.strokeStyle = theme.accent
  context.strokeRect(x(state.from) + 0.5, 0.5, Math.max(2, x(state.to) - x(state.from) - 1), height - 1)
  context.fillRect(x(state.cursor) - 1, 0, 2, height)
}
