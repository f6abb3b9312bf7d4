// What lines, shapes and patterns mean.

import type { JSX } from 'preact'

import { arrowsMax } from '../model/crowd.ts'
import type { Scene } from '../model/scene.ts'

/** What the legend is of. */
export interface LegendProps {
  readonly scene: Scene
  /** For each run, the messages in sight. */
  readonly messages: readonly (readonly number[])[]
  readonly hasPair: boolean
}

const lines = [
  ['delivered', '', 'a message'],
  ['late', '7 3', 'late'],
  ['duplicated', '2 2', 'a second copy'],
  ['lost', '4 3', 'lost'],
  ['under-way', '1 4', 'never arrived'],
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
export function Legend({ scene, messages, hasPair }: LegendProps): JSX.Element {
  const used = new Set(scene.runs.flatMap(({ faults }) => faults.map(({ family }) => family)))
  const most = Math.max(0, ...messages.map(({ length }) => length))
  for (const { downs } of scene.runs) if (downs.length > 0) used.add('node')
  return (
    <ul class="legend" aria-label="Legend">
      {[...scene.colours].map(([state, number]) => (
        <li key={state}>
          <i class={`swatch state-${number}${number === 0 ? ' thick' : ''}`} /> {state}
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
      {hasPair && (
        <>
          <li>
            <i class="swatch only-a" /> only in A
          </li>
          <li>
            <i class="swatch only-b" /> only in B
          </li>
        </>
      )}
    </ul>
  )
}

function Lines(): JSX.Element {
  return (
    <>
      {lines.map(([fate, dash, text]) => (
        <li key={fate}>
          <Line fate={fate} dash={dash} /> {text}
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
    <svg width="14" height="12" viewBox="-7 -6 14 12" class={`fate-${fate}`} aria-hidden="true">
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
    <svg width="30" height="12" class={`fate-${fate}`} aria-hidden="true">
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
