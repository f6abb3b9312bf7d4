// How far a campaign came: seeds over time, and its sweeps.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { countText } from '../model/count-text.ts'
import { dateText } from '../model/date-text.ts'
import type { CampaignSweep } from '../model/document.ts'
import { Plot } from './plots.tsx'

interface SweepsProps {
  readonly sweeps: readonly CampaignSweep[]
}

/** So many rows has the table: the last sweeps. */
const rowsMax = 20

/** Seeds over time, and a table of sweeps. */
export function Progress({ sweeps, theme }: SweepsProps & { readonly theme: string }): JSX.Element | null {
  const data = useMemo(() => progressOf(sweeps), [sweeps])
  const earlier = Math.max(0, sweeps.length - rowsMax)
  if (data === null) return null
  return (
    <section>
      <h2>Seeds over time</h2>
      <Plot
        title="Seeds that were run, and that did not pass, over all time spent in sweeps"
        data={data}
        lines={[
          { label: 'run', colour: 'state-0' },
          { label: 'not passed', colour: 'fate-lost', dash: [5, 3] },
        ]}
        text={(value) => value.toLocaleString('en')}
        bands={[]}
        theme={theme}
      />
      <div class="scrolled">
        <table class="stacked">
          <thead>
            <tr>
              {['begun', 'seeds', 'passed', 'failed', 'undecided', 'events', 'took'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sweeps.slice(earlier).map((sweep) => (
              <tr key={sweep.begin + sweep.seeds}>
                <td data-head="begun">{dateText(sweep.begin)}</td>
                <td data-head="seeds">{sweep.seeds}</td>
                <td data-head="passed">{sweep.passed}</td>
                <td data-head="failed" class={sweep.failed > 0 ? 'bad' : ''}>
                  {sweep.failed}
                </td>
                <td data-head="undecided">{sweep.undecided}</td>
                <td data-head="events">{sweep.events.toLocaleString('en')}</td>
                <td data-head="took">{(sweep.wallMs / 1000).toFixed(1)}s</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {earlier > 0 && <p class="hint">And {countText(earlier, 'earlier sweep')}.</p>}
    </section>
  )
}

/** All sweeps one behind the other: seconds, seeds so far, of these not passed. */
function progressOf(sweeps: readonly CampaignSweep[]): [number[], number[], number[]] | null {
  const [seconds, done, failed]: [number[], number[], number[]] = [[0], [0], [0]]
  let base = { ms: 0, done: 0, failed: 0 }
  for (const { progress, wallMs } of sweeps) {
    for (const [ms, seeds, bad] of progress) {
      seconds.push((base.ms + ms) / 1000)
      done.push(base.done + seeds)
      failed.push(base.failed + bad)
    }
    base = { ms: base.ms + wallMs, done: done.at(-1) ?? 0, failed: failed.at(-1) ?? 0 }
  }
  return seconds.length > 1 ? [seconds, done, failed] : null
}
