// One run, or two side by side: the diagram, what steers it, and the panels that say more.

import type { JSX } from 'preact'
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'

import { makeCrowd } from '../model/crowd.ts'
import { eventText } from '../model/event-line.ts'
import { shownEvents } from '../model/filter.ts'
import { MessageIndex } from '../model/messages-in-sight.ts'
import type { Run } from '../model/run.ts'
import { makeScene, type Scene } from '../model/scene.ts'
import { violationEvents } from '../model/steps.ts'
import { instantText } from '../model/time-text.ts'
import { type EventRef, type Tab, viewReducer, type ViewState, wholeRun } from '../model/view-state.ts'
import type { Comparison } from '../model/comparison.ts'
import { Diagram } from './diagram.tsx'
import type { Cone } from './draw/frame.ts'
import { Filters } from './filters.tsx'
import { Header } from './header.tsx'
import { useKeyboard } from './keyboard.ts'
import { Legend } from './legend.tsx'
import { Navigator, type Place } from './navigator.ts'
import { Panel } from './panel.tsx'
import { Scrubber } from './scrubber.tsx'
import { useTheme } from './theme-toggle.tsx'
import { Transport } from './transport.tsx'

/** What is shown. */
export interface TraceViewProps {
  readonly runs: readonly Run[]
  /** How the two runs differ; null where there is one. */
  readonly comparison: Comparison | null
}

/** More of the past than this is no explanation. */
const coneMax = 80

/** The view of a trace. */
export function TraceView({ runs, comparison }: TraceViewProps): JSX.Element {
  const scene = useMemo(() => makeScene(runs), [runs])
  const [state, dispatch] = useReducer(viewReducer, null, () => begin(scene, comparison))
  const { theme, toggle } = useTheme()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const shown = useMemo(() => runs.map((run) => shownEvents(run, state.filter)), [runs, state.filter])
  const violations = useMemo(() => runs.slice(0, 1).flatMap(violationEvents), [runs])
  const cone = useMemo(() => coneOf(scene, state.selected), [scene, state.selected])
  const partings = useMemo(() => comparison?.partings ?? [], [comparison])
  const navigator = useNavigator({ scene, state, shown, dispatch })
  useMemo(() => comparison?.align(state.isAligned), [comparison, state.isAligned])
  const only = comparison?.only ?? null
  const { from, to, isAligned, tab, cursor, selected, filter } = state
  const indexes = useMemo(
    () => scene.runs.map((part, index) => new MessageIndex(part, shown[index])),
    [scene, shown],
  )
  const crowds = useMemo(
    () => scene.runs.map((part, index) => makeCrowd(part, shown[index], only?.[index])),
    [scene, shown, only, isAligned],
  )
  const messages = useMemo(
    () => indexes.map((index) => index.within({ from, to })),
    [indexes, from, to, isAligned],
  )
  const toggleHelp = (): void => setHelpOpen((is) => !is)
  useKeyboard(navigator, { toggleTheme: toggle, toggleHelp })
  useClock(state, dispatch)
  // What does not depend on the stretch that is drawn stays as it is while somebody pans.
  const header = useMemo(
    () => <Header {...{ runs, theme, isHelpOpen }} onTheme={toggle} onHelp={toggleHelp} />,
    [runs, theme, isHelpOpen],
  )
  const filters = useMemo(() => <Filters {...{ runs, filter, dispatch, shown }} />, [runs, filter, shown])
  const panel = useMemo(
    () => <Panel state={{ tab, cursor, selected }} {...{ scene, dispatch, comparison, navigator, theme }} />,
    [tab, cursor, selected, scene, comparison, theme],
  )
  return (
    <main class="viewer">
      {header}
      <div class="columns">
        <section class="stage" aria-label="What happened">
          <Transport state={state} dispatch={dispatch} navigator={navigator} hasPair={runs.length > 1} />
          {filters}
          <Diagram
            {...{ scene, state, dispatch, shown, messages, crowds, only, partings, violations, cone, theme }}
            onSelect={(event) => navigator.select(event)}
          />
          <Scrubber scene={scene} state={state} dispatch={dispatch} violations={violations} theme={theme} />
          <Legend
            scene={scene}
            messages={messages}
            hasPair={runs.length > 1}
            hasViolation={violations.length > 0}
            theme={theme}
          />
        </section>
        {panel}
      </div>
      <p class="announcer" role="status" aria-live="polite">
        {announcement(scene, state)}
      </p>
    </main>
  )
}

/** One navigator for as long as the view is there, which knows what is looked at. */
function useNavigator(place: Place): Navigator {
  const current = useRef(place)
  current.current = place
  return useMemo(() => new Navigator(() => current.current), [])
}

function begin(scene: Scene, comparison: Comparison | null): ViewState {
  const run = scene.runs[0]?.run
  const hasFailed = run !== undefined && run.info.violations.length > 0
  const tab: Tab = comparison !== null ? 'comparison' : hasFailed ? 'violation' : 'state'
  const state = { ...wholeRun(extentOf(scene), tab), isAligned: comparison !== null }
  const [first] = run === undefined ? [] : violationEvents(run)
  return first === undefined ? state : { ...state, cursor: run?.x[first] ?? 0 }
}

function extentOf({ runs }: Scene): readonly [begin: number, end: number] {
  const ends = runs.map(({ run }) => run.at[run.count] ?? 0)
  return [Math.min(...runs.map(({ run }) => run.begin)), Math.max(1, ...ends)]
}

function coneOf({ runs }: Scene, selected: EventRef | null): Cone | null {
  const scene = selected === null ? undefined : runs[selected.run]
  if (selected === null || scene === undefined) return null
  return {
    run: selected.run,
    past: new Set(scene.causes.past(selected.seq, coneMax)),
    future: new Set(scene.causes.future(selected.seq, coneMax)),
  }
}

function announcement({ runs }: Scene, { selected }: ViewState): string {
  const run = selected === null ? undefined : runs[selected.run]?.run
  if (selected === null || run === undefined) return ''
  const { seq } = selected
  const node = run.nodeName(run.node[seq] as number) || 'the world'
  return `Event ${run.numberOf(seq)} at ${instantText(run.at[seq] as number)} on ${node}: ${run.kindName(seq)} ${eventText(run, seq)}`
}

/** While it plays, time passes. */
function useClock({ isPlaying }: ViewState, dispatch: Navigator['dispatch']): void {
  useEffect(() => {
    if (!isPlaying) return undefined
    let before = performance.now()
    let handle = requestAnimationFrame(function step(now) {
      dispatch({ kind: 'tick', seconds: (now - before) / 1000 })
      before = now
      handle = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(handle)
  }, [isPlaying, dispatch])
}
