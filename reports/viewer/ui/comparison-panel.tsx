// Where two runs part.

import type { JSX } from 'preact'

import { EventLink } from './event-link.tsx'
import type { PanelProps } from './panel.tsx'

const changesShown = 20

/** The panel of differences. */
export function ComparisonPanel({ scene, comparison, navigator }: PanelProps): JSX.Element | null {
  const [a, b] = scene.runs
  if (comparison === null || a === undefined || b === undefined) return null
  const { common, method, changes, partings } = comparison.info
  const alone = comparison.only.map((flags) => flags.reduce((sum, flag) => sum + flag, 0))
  const side = (index: 0 | 1, number: number): JSX.Element => {
    const { run } = index === 0 ? a : b
    const seq = run.placeOf(number)
    return (
      <li>
        <span class={`side side-${index === 0 ? 'A' : 'B'}`}>{index === 0 ? 'A' : 'B'}</span>
        {number === 0 && <span class="absent">nothing more</span>}
        {number > 0 && seq === 0 && <span class="absent">event #{number}, which is not on this page</span>}
        {seq > 0 && <EventLink run={run} index={index} seq={seq} navigator={navigator} />}
      </li>
    )
  }
  return (
    <>
      <h2>{partings.length === 0 ? 'Every node did the same' : 'Where they part'}</h2>
      <p>
        The first {common.toLocaleString('en')} events are the same.{' '}
        {(a.run.partCount - (alone[0] ?? 0)).toLocaleString('en')} are matched in all;{' '}
        {alone[0]?.toLocaleString('en')} are only in A, {alone[1]?.toLocaleString('en')} only in B.
        {method === 'label' && ' Payloads differ throughout: aligned by kind and label.'}
      </p>
      {changes.length > 0 && (
        <ul class="changes">
          {changes.slice(0, changesShown).map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
      {partings.map((parting) => (
        <section key={parting.node}>
          <h3>
            {parting.node === '' ? '(world)' : parting.node}
            {parting.isFirst && <span class="first"> causally first</span>}
          </h3>
          <ol class="links">
            {side(0, parting.a)}
            {side(1, parting.b)}
          </ol>
        </section>
      ))}
    </>
  )
}
