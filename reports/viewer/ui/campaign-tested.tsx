// What a campaign tested, and what it did not.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { coverageTable } from '../model/coverage-table.ts'
import type { CampaignInfo, CampaignSweep } from '../model/document.ts'

interface SweepsProps {
  readonly sweeps: readonly CampaignSweep[]
}

interface CampaignProps {
  readonly campaign: CampaignInfo
}

/** What the last sweep left out. */
export function Warnings({ sweeps }: SweepsProps): JSX.Element | null {
  const last = sweeps.at(-1)
  if (last === undefined) return null
  return (
    <section>
      <h2>What the last sweep did not test</h2>
      {last.warnings.length === 0 ? (
        <p class="good">✓ {nothingMissing(last)}</p>
      ) : (
        <ul class="warnings">
          {last.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What a sweep without warnings has shown, and no more. */
function nothingMissing({ faults, points }: CampaignSweep): string {
  const had = [
    ...(faults.length > 0 ? ['each kind of fault had an effect'] : []),
    'each invariant looked at something',
    ...(points.length > 0 ? ['each point was reached'] : []),
  ]
  const all = `No warnings: ${had.join(', ')}.`
  return faults.length > 0 ? all : `${all} There were no faults: how programs bear them was not tested.`
}

/** Which faults hit nodes in which state. */
export function Coverage({ campaign: { coverage, coverageSource } }: CampaignProps): JSX.Element {
  const { states, rows, most } = useMemo(() => coverageTable(coverage), [coverage])
  return (
    <section>
      <h2>Which faults hit nodes in which state</h2>
      <p class="hint">Counted over the {coverageSource}.</p>
      {rows.length > 0 && (
        <div class="scrolled">
          <table class="heat stacked">
            <thead>
              <tr>
                <th scope="col">fault</th>
                {states.map((state) => (
                  <th key={state} scope="col">
                    {state}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ fault, counts }) => (
                <tr key={fault}>
                  <th scope="row">{fault}</th>
                  {counts.map((count, place) => (
                    <td key={states[place]} data-head={states[place]} class={count === 0 ? 'never' : ''}>
                      <span class="heat-bar" style={{ width: `${(count / most) * 100}%` }} />
                      <span class="heat-count">{count === 0 ? 'never' : count}</span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

/** What some run should reach, and faults with effects. */
export function Points({ sweeps }: SweepsProps): JSX.Element | null {
  const seeds = new Map<string, number>()
  for (const { points } of sweeps)
    for (const [point, count] of points) seeds.set(point, (seeds.get(point) ?? 0) + count)
  const effects = new Map<string, readonly [planned: number, effects: number]>()
  for (const { faults } of sweeps)
    for (const [kind, planned, count] of faults) {
      const [before, had] = effects.get(kind) ?? [0, 0]
      effects.set(kind, [before + planned, had + count])
    }
  return (
    <section>
      <h2>Points that some run should reach</h2>
      {seeds.size === 0 && <p class="hint">The scenario names none.</p>}
      <ul class="plain">
        {[...seeds].map(([point, count]) => (
          <li key={point} class={count === 0 ? 'bad' : ''}>
            {count === 0 ? '✗ no seed reached' : `✓ ${count.toLocaleString('en')} seeds reached`} “{point}”
          </li>
        ))}
      </ul>
      <h2>Faults that had an effect</h2>
      <ul class="plain">
        {[...effects].map(([kind, [planned, count]]) => (
          <li key={kind} class={planned > 0 && count === 0 ? 'bad' : ''}>
            {kind}: {count.toLocaleString('en')} of {planned.toLocaleString('en')}
          </li>
        ))}
      </ul>
    </section>
  )
}
