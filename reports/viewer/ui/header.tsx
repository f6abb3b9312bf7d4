// What run this is, how it ended, and what the page itself can do.

import type { JSX } from 'preact'

import type { Run } from '../model/run.ts'
import { keys } from './keyboard.ts'

/** What the header shows. */
export interface HeaderProps {
  readonly runs: readonly Run[]
  readonly theme: string
  readonly onTheme: () => void
  readonly isHelpOpen: boolean
  readonly onHelp: () => void
}

/** The header. */
export function Header({ runs, theme, onTheme, isHelpOpen, onHelp }: HeaderProps): JSX.Element {
  return (
    <header class="header">
      <div class="titles">
        {runs.map((run, index) => (
          <RunTitle key={index} run={run} side={runs.length > 1 ? (index === 0 ? 'A' : 'B') : ''} />
        ))}
      </div>
      <div class="buttons">
        <button type="button" onClick={onTheme}>
          {theme === 'dark' ? 'Light' : 'Dark'}
        </button>
        <button type="button" aria-expanded={isHelpOpen} onClick={onHelp}>
          Keys
        </button>
      </div>
      {isHelpOpen && <Help />}
    </header>
  )
}

function RunTitle({ run, side }: { readonly run: Run; readonly side: string }): JSX.Element {
  const { outcome, scenario, seed, title, before, total, name, damage } = run.info
  const count = run.partCount
  return (
    <div class="run-title">
      <h1>
        {side !== '' && <span class={`side side-${side}`}>{side}</span>}
        <Badge outcome={outcome} /> {scenario} <small>seed {seed}</small>
      </h1>
      <p class="subtitle">
        {title} <span class="file">{name}</span>
      </p>
      {damage !== '' && (
        <p class="partial" role="note">
          Partial: {damage}
        </p>
      )}
      {count < total && (
        <p class="partial" role="note">
          A part of the run: events {(before + 1).toLocaleString('en')} to{' '}
          {(before + count).toLocaleString('en')} of {total.toLocaleString('en')}. The others are not on this
          page; --from and --to choose.
        </p>
      )}
    </div>
  )
}

function Badge({ outcome }: { readonly outcome: string }): JSX.Element {
  if (outcome === 'passed') return <span class="badge good">✓ passed</span>
  if (outcome === 'unknown') return <span class="badge">? not known how it ended</span>
  return <span class="badge bad">✗ {outcome}</span>
}

function Help(): JSX.Element {
  return (
    <dl class="help">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
