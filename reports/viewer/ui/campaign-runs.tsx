// What clients saw in the runs that a campaign kept.

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { CampaignInfo } from '../model/document.ts'
import { BandLegend } from './band-legend.tsx'
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
        <p class="hint">Nobody called anything in a run that is kept.</p>
      ) : (
        <>
          <label>
            run{' '}
            <select
              value={String(chosen)}
              onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
            >
              {series.map(({ name }, place) => (
                <option key={place} value={String(place)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <BandLegend bands={shown.bands} />
          <Plots series={shown.series} bands={shown.bands} theme={theme} />
        </>
      )}
    </section>
  )
}
