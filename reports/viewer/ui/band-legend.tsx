// What the bands behind a plot are.

import type { JSX } from 'preact'

import { type FaultFamily, familyOf } from '../model/bands.ts'
import type { SeriesBand } from '../model/document.ts'

/** The families in the order in which their lines stand at the top of a plot, from above. */
export const bandFamilies: readonly FaultFamily[] = ['node', 'network', 'clock', 'disk', 'names']

/** The kinds of faults of each family that bands show, beside the line that they have at the top. */
export function BandLegend({ bands }: { readonly bands: readonly SeriesBand[] }): JSX.Element {
  const kinds = [...new Set(bands.map(({ label }) => label))].sort()
  if (kinds.length === 0) return <p class="hint">No faults in this run.</p>
  return (
    <ul class="band-legend">
      {bandFamilies.map((family, place) => {
        const own = kinds.filter((kind) => familyOf(kind) === family)
        if (own.length === 0) return null
        return (
          <li key={family}>
            <span class="band-sample" aria-hidden="true">
              <span style={{ top: `${place * 4}px`, background: `var(--fault-${family})` }} />
            </span>
            {family}: {own.join(', ')}
          </li>
        )
      })}
    </ul>
  )
}
