// What clients saw in the runs that a campaign kept.

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { CampaignInfo } from '../model/document.ts'
import { Plots } from './plots.tsx'

interface CampaignProps {
  readonly campaign: CampaignInfo
}

/** The plots of one run, which is chosen. */
export function RunPlots({
  campaign: { series },
  theme,
}: CampaignProps & { readonly theme: string }): JSX.Element {
  const [chosen, setChosen] = useState(0)
  const shown = series[chosen]
  return (
    <section>
      <h2>What clients saw</h2>
      {shown === undefined ? (
        <p class="hint">No trace of a failure is here.</p>
      ) : (
        <>
          <label>
            run{' '}
            <select
              value={String(chosen)}
              onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
            >
              {series.map(({ name }, place) => (
                <option key={name} value={String(place)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <p class="hint">
            Shaded: {[...new Set(shown.bands.map(({ label }) => label))].join(', ') || 'no faults'}
          </p>
          <Plots series={shown.series} bands={shown.bands} theme={theme} />
        </>
      )}
    </section>
  )
}
