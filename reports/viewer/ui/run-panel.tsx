// What is known of a run as a whole.

import type { JSX } from 'preact'

import { Command } from './command.tsx'
import type { PanelProps } from './panel.tsx'

/** The panel of the run. */
export function RunPanel({ scene }: PanelProps): JSX.Element {
  return (
    <>
      {scene.runs.map(({ run }, index) => (
        <section key={index}>
          <h2>
            {scene.runs.length > 1 && `${index === 0 ? 'A' : 'B'} `}
            {run.info.scenario}
          </h2>
          <dl class="facts">
            <dt>seed</dt>
            <dd>{run.info.seed}</dd>
            <dt>outcome</dt>
            <dd>{run.info.outcome}</dd>
            <dt>events</dt>
            <dd>{run.info.total.toLocaleString('en')}</dd>
            {run.info.facts.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value === '' ? 'none' : value}</dd>
              </>
            ))}
          </dl>
          <Command command={run.info.command} />
        </section>
      ))}
    </>
  )
}
