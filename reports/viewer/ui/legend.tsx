// What lines, shapes and patterns mean.

import type { JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'

import { arrowsMax, type MessagesInSight } from '../model/messages-in-sight.ts'
import type { Scene } from '../model/scene.ts'
import { sized } from './diagram.tsx'
import { duplicated, late, lost, underWay } from './draw/forms.ts'
import {
  arrowSample,
  callSample,
  faultSample,
  markSample,
  onlySample,
  type Sample,
  shapeSample,
  stateSample,
  violationSample,
} from './draw/samples.ts'
import { readTheme } from './draw/theme.ts'

/** What the legend is of. */
export interface LegendProps {
  readonly scene: Scene
  /** For each run, the messages in sight. */
  readonly messages: readonly MessagesInSight[]
  readonly hasPair: boolean
  readonly hasViolation: boolean
  readonly theme: string
}

type Entry = readonly [kind: string, text: string, sample: Sample]

const arrows: readonly Entry[] = ['a message', 'late', 'a second copy', 'lost', 'never arrived'].map(
  (text, fate) => ['fate', text, arrowSample(fate)],
)

const marks: readonly Entry[] = [
  ['fate', 'lost', markSample(lost)],
  ['fate', 'late', markSample(late)],
  ['fate', 'second copies', markSample(duplicated)],
  ['fate', 'never arrived', markSample(underWay)],
]

const shapes: readonly Entry[] = [
  ['shape', 'received', shapeSample('dot')],
  ['shape', 'sent', shapeSample('ring')],
  ['shape', 'timer', shapeSample('triangle')],
  ['shape', 'disk', shapeSample('square')],
  ['shape', 'published, logged', shapeSample('diamond')],
  ['shape', 'dropped, crashed', shapeSample('cross')],
  ['shape', 'anything else', shapeSample('bar')],
]

const families = [
  ['node', 'node down or paused'],
  ['network', 'network fault'],
  ['clock', 'clock fault'],
  ['disk', 'disk fault'],
  ['names', 'names fault'],
] as const

const calls = [
  ['ok', 'call that succeeded'],
  ['fail', 'failed'],
  ['info', 'of unknown end'],
] as const

const violation: Entry = ['violation', 'violation', violationSample]
const sides: readonly Entry[] = [
  ['only', 'only in A', onlySample(0)],
  ['only', 'only in B', onlySample(1)],
]

/** The legend: of what this run has, and only where it can be seen. */
export function Legend({ scene, messages, hasPair, hasViolation, theme }: LegendProps): JSX.Element {
  const most = Math.max(0, ...messages.map(({ count }) => count))
  const isCrowded = most > arrowsMax
  const entries = useMemo(
    () => [
      ...statesOf(scene),
      ...(isCrowded ? marks : arrows),
      ...shapes,
      ...familiesOf(scene),
      ...callsOf(scene),
      ...(hasViolation ? [violation] : []),
      ...(hasPair ? sides : []),
    ],
    [scene, isCrowded, hasPair, hasViolation],
  )
  const items = useMemo(
    () =>
      entries.map(([kind, text, sample]) => (
        <li key={`${kind} ${text}`}>
          <Picture kind={kind} sample={sample} theme={theme} /> {text}
        </li>
      )),
    [entries, theme],
  )
  return (
    <ul class="legend" aria-label="Legend">
      {isCrowded && (
        <li class="crowded">{most.toLocaleString('en')} messages in sight: zoom in for arrows</li>
      )}
      {items}
    </ul>
  )
}

function statesOf({ colours }: Scene): readonly Entry[] {
  return [...colours].map(([state, number]) => ['state', state, stateSample(number)])
}

function familiesOf({ runs }: Scene): readonly Entry[] {
  const used = new Set<string>(runs.flatMap(({ faults }) => faults.map(({ family }) => family)))
  if (runs.some(({ downs }) => downs.length > 0)) used.add('node')
  return families.flatMap(([family, text]): readonly Entry[] =>
    used.has(family) ? [['fault', text, faultSample(family)]] : [],
  )
}

function callsOf({ runs }: Scene): readonly Entry[] {
  if (runs.every(({ operations }) => operations.spans.length === 0)) return []
  return calls.map(([phase, text]) => ['call', text, callSample(phase)])
}

interface PictureProps {
  readonly kind: string
  readonly sample: Sample
  readonly theme: string
}

/** A sample, drawn as on the diagram. */
function Picture({ kind, sample, theme }: PictureProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, paint } = sample
  useLayoutEffect(() => {
    const context = sized(canvas.current, width, height)
    if (context === null) return
    context.clearRect(0, 0, width, height)
    paint(context, readTheme(document.documentElement, context))
  }, [sample, theme])
  return <canvas ref={canvas} class={`sample ${kind}`} aria-hidden="true" />
}
