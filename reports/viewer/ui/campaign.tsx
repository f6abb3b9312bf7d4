// A campaign: what failed and how to look at it, what was tested, and how far it came.

import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'

import { causeTable } from '../model/cause-table.ts'
import { coverageTable } from '../model/coverage-table.ts'
import type { CampaignInfo, CampaignSweep } from '../model/document.ts'
import { Command } from './command.tsx'
import { Plot, Plots } from './plots.tsx'
import { useTheme } from './theme-toggle.tsx'

/** The view of a campaign. */
export function CampaignView({ campaign }: { readonly campaign: CampaignInfo }): JSX.Element {
  const { theme, toggle } = useTheme()
  const { name, failures, sweeps, notes } = campaign
  const seeds = sweeps.reduce((sum, { passed, failed, undecided }) => sum + passed + failed + undecided, 0)
  return (
    <main class="viewer campaign">
      <header class="header">
        <div class="titles">
          <h1>{name}</h1>
          <p class="subtitle">
            {failures.length} kept {failures.length === 1 ? 'failure' : 'failures'}, {sweeps.length}{' '}
            {sweeps.length === 1 ? 'sweep' : 'sweeps'} of {seeds.toLocaleString('en')} seeds
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
        <Points sweeps={sweeps} />
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
                    <span class="heat-bar" style={{ width: `${share * 100}%` }} />
                    <span class="heat-count">{seeds === 0 ? '' : `${(share * 100).toFixed(0)} %`}</span>
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

interface SweepsProps {
  readonly sweeps: readonly CampaignSweep[]
}

function Warnings({ sweeps }: SweepsProps): JSX.Element | null {
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

function Progress({ sweeps, theme }: SweepsProps & { readonly theme: string }): JSX.Element | null {
  const data = useMemo(() => progressOf(sweeps), [sweeps])
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
            {sweeps.map((sweep) => (
              <tr key={sweep.begin + sweep.seeds}>
                <td data-head="begun">{sweep.begin.slice(0, 19).replace('T', ' ')}</td>
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

function Coverage({ campaign: { coverage, coverageSource } }: CampaignProps): JSX.Element {
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

function Points({ sweeps }: SweepsProps): JSX.Element | null {
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

function RunPlots({ campaign: { series }, theme }: CampaignProps & { readonly theme: string }): JSX.Element {
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
