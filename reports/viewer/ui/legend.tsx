// What lines, shapes and patterns mean.

import type { JSX } from 'preact'

import { arrowsMax, type MessagesInSight } from '../model/messages-in-sight.ts'
import type { Scene } from '../model/scene.ts'
import { fateDashes, hollowEdge, onlyLines, stateForms } from './draw/forms.ts'

/** What the legend is of. */
export interface LegendProps {
  readonly scene: Scene
  /** For each run, the messages in sight. */
  readonly messages: readonly MessagesInSight[]
  readonly hasPair: boolean
  readonly hasViolation: boolean
}

const lines = [
  ['delivered', 'a message'],
  ['late', 'late'],
  ['duplicated', 'a second copy'],
  ['lost', 'lost'],
  ['under-way', 'never arrived'],
] as const

const marks = [
  ['lost', 'lost'],
  ['late', 'late'],
  ['duplicated', 'second copies'],
  ['under-way', 'never arrived'],
] as const

const shapes = [
  ['circle', 'received'],
  ['ring', 'sent'],
  ['triangle', 'timer'],
  ['square', 'disk'],
  ['diamond', 'published, logged'],
] as const

const families = [
  ['node', 'node down or paused'],
  ['network', 'network fault'],
  ['clock', 'clock fault'],
  ['disk', 'disk fault'],
  ['names', 'names fault'],
] as const

/** The legend. */
export function Legend({ scene, messages, hasPair, hasViolation }: LegendProps): JSX.Element {
  const used = new Set(scene.runs.flatMap(({ faults }) => faults.map(({ family }) => family)))
  const most = Math.max(0, ...messages.map(({ count }) => count))
  for (const { downs } of scene.runs) if (downs.length > 0) used.add('node')
  return (
    <ul class="legend" aria-label="Legend">
      {[...scene.colours].map(([state, number]) => (
        <li key={state}>
          <Bar number={number} /> {state}
        </li>
      ))}
      {most > arrowsMax ? <Marks count={most} /> : <Lines />}
      {shapes.map(([shape, text]) => (
        <li key={shape}>
          <Shape shape={shape} /> {text}
        </li>
      ))}
      {families
        .filter(([family]) => used.has(family))
        .map(([family, text]) => (
          <li key={family}>
            <i class={`swatch fault fault-${family}`} /> {text}
          </li>
        ))}
      {hasViolation && (
        <li>
          <svg width="12" height="14" class="bad" aria-hidden="true">
            <path d="M4 0 v14" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 3" />
            <path d="M9 1 v5 m0 2 v2" stroke="currentColor" stroke-width="1.5" />
          </svg>{' '}
          violation
        </li>
      )}
      {hasPair && (
        <>
          <li>
            <Only side="a" place={0} /> only in A
          </li>
          <li>
            <Only side="b" place={1} /> only in B
          </li>
        </>
      )}
    </ul>
  )
}

const barWidth = 36

/** The bar of a state, as on the canvas. */
function Bar({ number }: { readonly number: number }): JSX.Element {
  const { height = 5, isHollow = false, step = 0, gap = 0 } = stateForms[number] ?? {}
  const edge = isHollow ? hollowEdge : 0
  const colour = `var(--state-${number})`
  const pieces = step === 0 ? [[0, barWidth] as const] : piecesOf(step, gap)
  return (
    <svg class="state-bar" width={barWidth} height="11" aria-hidden="true">
      {pieces.map(([left, width]) => (
        <g key={left}>
          <rect x={left} y={(11 - height) / 2} width={width} height={height} fill={colour} />
          {isHollow && (
            <rect
              x={step === 0 ? left + edge : left}
              y={(11 - height) / 2 + edge}
              width={step === 0 ? width - edge * 2 : width}
              height={height - edge * 2}
              fill="var(--surface)"
            />
          )}
        </g>
      ))}
    </svg>
  )
}

/** What is left between gaps: where from, and how wide. */
function piecesOf(step: number, gap: number): readonly (readonly [left: number, width: number])[] {
  const pieces: [number, number][] = []
  for (let left = 0; left < barWidth; left += step) pieces.push([left, Math.min(step - gap, barWidth - left)])
  return pieces
}

/** An event that only one run has: its colour and its line. */
function Only({ side, place }: { readonly side: 'a' | 'b'; readonly place: 0 | 1 }): JSX.Element {
  const colour = `var(--only-${side})`
  const { left, top, width, height } = onlyLines[place]
  return (
    <svg width="26" height="20" viewBox="-13 -10 26 20" class="only" aria-hidden="true">
      <circle r="3.5" fill={colour} />
      <rect x={left} y={top} width={width} height={height} fill={colour} />
    </svg>
  )
}

function Lines(): JSX.Element {
  return (
    <>
      {lines.map(([fate, text], place) => (
        <li key={fate}>
          <Line fate={fate} dash={(fateDashes[place] ?? []).join(' ')} /> {text}
        </li>
      ))}
    </>
  )
}

function Marks({ count }: { readonly count: number }): JSX.Element {
  return (
    <>
      <li class="crowded">{count.toLocaleString('en')} messages in sight: zoom in for arrows</li>
      {marks.map(([fate, text]) => (
        <li key={fate}>
          <Mark fate={fate} /> {text}
        </li>
      ))}
    </>
  )
}

/** The same forms as on the canvas, larger. */
function Mark({ fate }: { readonly fate: string }): JSX.Element {
  return (
    <svg width="14" height="12" viewBox="-7 -6 14 12" class={`fate fate-${fate}`} aria-hidden="true">
      {fate === 'lost' && <path d="M-4 -4 l8 8 m0 -8 l-8 8" stroke="currentColor" stroke-width="2" />}
      {fate === 'late' && <circle r="4" fill="none" stroke="currentColor" stroke-width="2" />}
      {fate === 'duplicated' && <path d="M-5 -4 l5 4 l-5 4 z m5 0 l5 4 l-5 4 z" fill="currentColor" />}
      {fate === 'under-way' && (
        <path d="M-1 -5 h2 v2 h-2 z m0 4 h2 v2 h-2 z m0 4 h2 v2 h-2 z" fill="currentColor" />
      )}
    </svg>
  )
}

function Line({ fate, dash }: { readonly fate: string; readonly dash: string }): JSX.Element {
  return (
    <svg width="30" height="12" class={`fate fate-${fate}`} aria-hidden="true">
      <line
        x1="1"
        y1="6"
        x2={fate === 'lost' ? 20 : 24}
        y2="6"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray={dash}
      />
      {fate === 'lost' && <path d="M18 2 l8 8 m0 -8 l-8 8" stroke="currentColor" stroke-width="2" />}
      {fate !== 'lost' && fate !== 'under-way' && <path d="M22 2 l7 4 l-7 4 z" fill="currentColor" />}
      {fate === 'duplicated' && <path d="M14 2 l7 4 l-7 4 z" fill="currentColor" />}
      {fate === 'late' && <circle cx="15" cy="6" r="3.5" fill="none" stroke="currentColor" />}
    </svg>
  )
}

function Shape({ shape }: { readonly shape: string }): JSX.Element {
  return (
    <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
      {shape === 'circle' && <circle r="4" fill="currentColor" />}
      {shape === 'ring' && <circle r="3.5" fill="none" stroke="currentColor" stroke-width="1.5" />}
      {shape === 'triangle' && <path d="M0 -4 l4 7 h-8 z" fill="currentColor" />}
      {shape === 'square' && <rect x="-3" y="-3" width="6" height="6" fill="currentColor" />}
      {shape === 'diamond' && <path d="M0 -5 l5 5 l-5 5 l-5 -5 z" fill="currentColor" />}
    </svg>
  )
}
