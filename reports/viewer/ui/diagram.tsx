// The space-time diagram: a canvas that is as large as what is to be seen of it, whatever the run's length.

import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import type { EventRef, ViewAction, ViewState } from '../model/view-state.ts'
import { drawFrame } from './draw/draw.ts'
import { axisHeight, type Frame } from './draw/frame.ts'
import { readTheme } from './draw/theme.ts'
import { eventAt } from './pick.ts'
import { usePointer } from './pointer.ts'
import { useSize } from './size.ts'

/** What the diagram shows. */
export interface DiagramProps extends Pick<
  Frame,
  'scene' | 'shown' | 'messages' | 'crowds' | 'only' | 'partings' | 'violations' | 'cone'
> {
  readonly state: ViewState
  readonly dispatch: (action: ViewAction) => void
  readonly onSelect: (event: EventRef) => void
  readonly theme: string
}

const gutterWide = 116
const gutterNarrow = 72
const narrow = 600
const heightMax = 560

/** The diagram. */
export function Diagram(props: DiagramProps): JSX.Element {
  const { scene, state, dispatch, onSelect } = props
  const holder = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [scroll, setScroll] = useState(0)
  const { width } = useSize(holder)
  const whole = scene.height + axisHeight
  const height = Math.min(whole, heightMax)
  const gutter = width < narrow ? gutterNarrow : gutterWide
  const frameWith = (context: CanvasRenderingContext2D): Frame => ({
    ...props,
    ...state,
    context,
    width,
    height,
    gutter,
    scroll,
    theme: readTheme(document.documentElement, context),
  })
  const { messages, crowds, partings, violations, cone, theme } = props
  const { from, to, selected } = state
  // The cursor is none of the picture: while it moves, and nothing else does, nothing is drawn anew. Crowds are made anew
  // with the scene and with what is shown of it.
  useLayoutEffect(() => {
    const context = sized(canvas.current, width, height)
    if (context !== null) drawFrame(frameWith(context))
  }, [messages, crowds, partings, violations, cone, theme, from, to, selected, width, height, gutter, scroll])
  const pick = (x: number, y: number): void => {
    const context = canvas.current?.getContext('2d')
    const event = context ? eventAt(frameWith(context), x, y) : null
    if (event === null) dispatch({ kind: 'cursor', x: timeAt(x, { gutter, width, state }) })
    else onSelect(event)
  }
  usePointer(canvas, { state, dispatch, gutter, width, pick, canScroll: whole > height })
  return (
    <div
      class="diagram"
      ref={holder}
      style={{ maxHeight: `${heightMax}px` }}
      onScroll={({ currentTarget }) => setScroll(currentTarget.scrollTop)}
    >
      <div style={{ height: `${whole}px` }}>
        <div class="picture">
          <canvas
            ref={canvas}
            tabIndex={0}
            role="img"
            aria-label="Space-time diagram. Left and right go from event to event, up to a cause, down to an effect."
          />
          <Cursor x={placeOf(state.cursor, { gutter, width, state })} from={gutter} to={width} />
        </div>
      </div>
    </div>
  )
}

/** The cursor, over what is drawn; nothing where it is out of sight. */
function Cursor({ x, from, to }: { readonly [side in 'x' | 'from' | 'to']: number }): JSX.Element | null {
  if (x < from || x > to) return null
  return <i class="cursor" style={{ transform: `translateX(${x}px)` }} aria-hidden="true" />
}

interface Sight {
  readonly gutter: number
  readonly width: number
  readonly state: ViewState
}

function placeOf(at: number, { gutter, width, state: { from, to } }: Sight): number {
  return gutter + ((at - from) / (to - from)) * (width - gutter)
}

function timeAt(x: number, { gutter, width, state }: Sight): number {
  return state.from + ((x - gutter) / Math.max(1, width - gutter)) * (state.to - state.from)
}

/** Gives a canvas a size in the pixels of the screen; its context draws in those of the page. */
export function sized(
  canvas: HTMLCanvasElement | null,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d') ?? null
  if (canvas === null || context === null || width === 0) return null
  const ratio = window.devicePixelRatio || 1
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide
    canvas.height = high
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}
