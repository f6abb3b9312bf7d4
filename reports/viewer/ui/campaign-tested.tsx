// What a campaign tested, and what it did not.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { type CoverageTable, coverageTable } from '../model/coverage-table.ts'
import { countText } from '../model/count-text.ts'
import { faultEffects, pointsReached } from '../model/campaign-tallies.ts'
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
export function Coverage({ campaign }: CampaignProps): JSX.Element {
  const { states, rows, most } = useMemo(() => tableOf(campaign), [campaign])
  return (
    <section>
      <h2>Which faults hit nodes in which state</h2>
      <p class="hint">
        {rows.length === 0
          ? 'No fault began.'
          : `In so many runs, counted over the ${campaign.coverageSource}.`}
      </p>
      {rows.length > 0 && (
        <div class="scrolled">
          <table class="heat matrix">
            <thead>
              <tr>
                <th scope="col">fault</th>
                {states.map((state) => (
                  <th key={state} scope="col">
                    <span>{state}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ fault, counts }) => (
                <tr key={fault}>
                  <th scope="row">{fault}</th>
                  {counts.map((count, place) => (
                    <td key={states[place]} class={count === 0 ? 'never' : ''}>
                      <HeatBar share={count / most} />
                      <span class="heat-count">{count === 0 ? 'never' : count.toLocaleString('en')}</span>
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

/** Kinds of faults that were drawn and met no node are rows as well: what never happened is what there is to see. */
function tableOf({ coverage, states, sweeps }: CampaignInfo): CoverageTable {
  return coverageTable(coverage, {
    faults: sweeps.flatMap(({ faults }) => faults.map(([kind]) => kind)),
    states,
  })
}

/** How much that is of the most, as a bar below a number. */
export function HeatBar({ share }: { readonly share: number }): JSX.Element {
  return <span class="heat-bar" style={{ width: `calc(${share} * (100% - 12px))` }} />
}

/** What some run should reach. */
export function Points({ sweeps }: SweepsProps): JSX.Element {
  const points = useMemo(() => pointsReached(sweeps), [sweeps])
  return (
    <section>
      <h2>Points that some run should reach</h2>
      {points.length === 0 && <p class="hint">The scenario names none.</p>}
      <ul class="plain">
        {points.map(({ point, reached, of }) => (
          <li key={point} class={reached === 0 ? 'bad' : ''}>
            {reached === 0 ? '✗ none' : `✓ ${reached.toLocaleString('en')}`} of {countText(of, 'seed')}{' '}
            reached “{point}”
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Kinds of faults, and how many of them had an effect. */
export function Effects({ sweeps }: SweepsProps): JSX.Element {
  const effects = useMemo(() => faultEffects(sweeps), [sweeps])
  return (
    <section>
      <h2>Faults that had an effect</h2>
      {effects.length === 0 && <p class="hint">There were no faults.</p>}
      <ul class="plain in-columns">
        {effects.map(({ kind, planned, had }) => (
          <li key={kind} class={planned > 0 && had === 0 ? 'bad' : ''}>
            {had === 0 ? '✗' : '✓'} {kind}: {had.toLocaleString('en')} of {planned.toLocaleString('en')}
          </li>
        ))}
      </ul>
    </section>
  )
}
