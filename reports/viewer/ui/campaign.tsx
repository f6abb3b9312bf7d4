// A campaign: what failed and how to look at it, what was tested, and how far it came.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { seedsOf } from '../model/campaign-tallies.ts'
import { causeTable } from '../model/cause-table.ts'
import { countText } from '../model/count-text.ts'
import type { CampaignInfo } from '../model/document.ts'
import { Progress } from './campaign-progress.tsx'
import { RunPlots } from './campaign-runs.tsx'
import { Coverage, Effects, HeatBar, Points, Warnings } from './campaign-tested.tsx'
import { Command } from './command.tsx'
import { useTheme } from './theme-toggle.tsx'

/** The view of a campaign. */
export function CampaignView({ campaign }: { readonly campaign: CampaignInfo }): JSX.Element {
  const { theme, toggle } = useTheme()
  const { name, failures, sweeps, notes } = campaign
  const seeds = sweeps.reduce((sum, sweep) => sum + seedsOf(sweep), 0)
  return (
    <main class="viewer campaign">
      <header class="header">
        <div class="titles">
          <h1>{name}</h1>
          <p class="subtitle">
            {countText(failures.length, 'kept failure')}, {countText(sweeps.length, 'sweep')} of{' '}
            {countText(seeds, 'seed')}
          </p>
        </div>
        <div class="buttons">
          <button type="button" onClick={toggle}>
            {theme === 'dark' ? 'Light' : 'Dark'}
          </button>
        </div>
      </header>
      {notes.map((note) => (
        <p key={note} class="note" role="note">
          {note}
        </p>
      ))}
      <Causes campaign={campaign} />
      <Failures campaign={campaign} />
      <Warnings sweeps={sweeps} />
      <Progress sweeps={sweeps} theme={theme} />
      <div class="pair">
        <Coverage campaign={campaign} />
        <div>
          <Points sweeps={sweeps} />
          <Effects sweeps={sweeps} />
        </div>
      </div>
      <RunPlots campaign={campaign} theme={theme} />
    </main>
  )
}

interface CampaignProps {
  readonly campaign: CampaignInfo
}

function Causes({ campaign: { sweeps, failures } }: CampaignProps): JSX.Element {
  const rows = useMemo(() => causeTable(sweeps, failures), [sweeps, failures])
  return (
    <section>
      <h2>Failures by cause</h2>
      {rows.length === 0 && <p class="hint">No seed failed.</p>}
      {rows.length > 0 && (
        <div class="scrolled">
          <table class="heat causes stacked">
            <thead>
              <tr>
                {['cause', 'seeds', 'share', 'first seed', 'kept'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, message, seeds, first, share, folder }) => (
                <tr key={`${name} ${message}`}>
                  <th scope="row">
                    <span class="bad">✗ {name}</span> <small>{message}</small>
                  </th>
                  <td data-head="seeds">{seeds === 0 ? 'not counted' : seeds.toLocaleString('en')}</td>
                  <td data-head="share">
                    <HeatBar share={share} />
                    <span class="heat-count">{seeds === 0 ? '' : shareText(share)}</span>
                  </td>
                  <td data-head="first seed">{first}</td>
                  <td data-head="kept">{folder === null ? 'no' : 'yes, below'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

/** A share that is not nothing is not told as nothing. */
function shareText(share: number): string {
  return share > 0 && share < 0.01 ? '< 1 %' : `${(share * 100).toFixed(0)} %`
}

function Failures({ campaign: { failures } }: CampaignProps): JSX.Element {
  return (
    <section>
      <h2>Kept failures</h2>
      {failures.length === 0 && <p class="hint">None was kept.</p>}
      {failures.map((failure) => (
        <article key={failure.folder} class="failure">
          <h3>
            <span class="bad">✗ {failure.name}</span> <small>seed {failure.seed}</small>
          </h3>
          <p class="message-line">{failure.message}</p>
          <dl class="facts">
            <dt>faults left</dt>
            <dd>{failure.faults === '' ? 'none' : failure.faults}</dd>
            <dt>as found</dt>
            <dd>{failure.before}</dd>
            <dt>shrunk</dt>
            <dd>{failure.after}</dd>
            {failure.settings !== '' && (
              <>
                <dt>settings</dt>
                <dd>{failure.settings}</dd>
              </>
            )}
            <dt>kept in</dt>
            <dd class="file">{failure.folder}</dd>
          </dl>
          <Command command={failure.view} label="see it with" />
          <Command command={failure.command} />
        </article>
      ))}
    </section>
  )
}
