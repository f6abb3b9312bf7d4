// The panels beside the diagram, one at a time.

import type { JSX } from 'preact'

import type { Comparison } from '../model/comparison.ts'
import type { Scene } from '../model/scene.ts'
import type { Tab, ViewAction, ViewState } from '../model/view-state.ts'
import { ComparisonPanel } from './comparison-panel.tsx'
import { EventPanel } from './event-panel.tsx'
import type { Navigator } from './navigator.ts'
import { PlotsPanel } from './plots-panel.tsx'
import { RunPanel } from './run-panel.tsx'
import { StatePanel } from './state-panel.tsx'
import { ViolationPanel } from './violation-panel.tsx'

/** What a panel shows. */
export interface PanelProps {
  readonly scene: Scene
  /** Not the stretch that is drawn: panels do not change while somebody pans. */
  readonly state: Pick<ViewState, 'tab' | 'cursor' | 'selected'>
  readonly dispatch: (action: ViewAction) => void
  readonly comparison: Comparison | null
  readonly navigator: Navigator
  readonly theme: string
}

const names: { readonly [T in Tab]: string } = {
  violation: 'Violation',
  comparison: 'Differences',
  event: 'Event',
  state: 'State',
  plots: 'Plots',
  run: 'Run',
}

/** The panels, and the tabs to choose one. */
export function Panel(props: PanelProps): JSX.Element {
  const { state, dispatch } = props
  const tabs = tabsOf(props)
  const move = (by: number): void => {
    const place = (tabs.indexOf(state.tab) + by + tabs.length) % tabs.length
    dispatch({ kind: 'tab', tab: tabs[place] ?? 'run' })
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus(),
    )
  }
  return (
    <aside class="panel" aria-label="Details">
      <div role="tablist" class="tabs">
        {tabs.map((tab) => (
          <button
            key={tab}
            id={`tab-${tab}`}
            type="button"
            role="tab"
            aria-selected={state.tab === tab}
            aria-controls="panel-body"
            tabIndex={state.tab === tab ? 0 : -1}
            onClick={() => dispatch({ kind: 'tab', tab })}
            onKeyDown={({ key }) => {
              if (key === 'ArrowRight') move(1)
              if (key === 'ArrowLeft') move(-1)
            }}
          >
            {names[tab]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="panel-body" class="panel-body" aria-labelledby={`tab-${state.tab}`}>
        <Body {...props} />
      </div>
    </aside>
  )
}

function tabsOf({ scene, comparison }: PanelProps): readonly Tab[] {
  const hasFailed = scene.runs.some(({ run }) => run.info.violations.length > 0)
  return [
    ...(comparison === null ? [] : (['comparison'] as const)),
    ...(hasFailed ? (['violation'] as const) : []),
    ...(['event', 'state', 'plots', 'run'] as const),
  ]
}

function Body(props: PanelProps): JSX.Element {
  switch (props.state.tab) {
    case 'violation':
      return <ViolationPanel {...props} />
    case 'comparison':
      return <ComparisonPanel {...props} />
    case 'event':
      return <EventPanel {...props} />
    case 'state':
      return <StatePanel {...props} />
    case 'plots':
      return <PlotsPanel {...props} />
    case 'run':
      return <RunPanel {...props} />
  }
}
