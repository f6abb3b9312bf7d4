// What went wrong: the invariant, the calls that no order makes legal, why, and how to run it again.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { callText } from '../model/call-text.ts'
import type { ViolationInfo } from '../model/document.ts'
import { failureSlice } from '../model/failure-slice.ts'
import type { Run } from '../model/run.ts'
import type { RunScene } from '../model/scene.ts'
import { callWindow, type WindowBar } from '../model/window.ts'
import { durationText, instantText } from '../model/time-text.ts'
import { Command } from './command.tsx'
import { EventLink } from './event-link.tsx'
import type { Navigator } from './navigator.ts'
import type { PanelProps } from './panel.tsx'

/** The panel of violations. */
export function ViolationPanel({ scene, navigator }: PanelProps): JSX.Element {
  return (
    <>
      {scene.runs.map((part, index) => (
        <div key={index}>
          {part.run.info.violations.map((violation, place) => (
            <Violation key={place} part={part} index={index} violation={violation} navigator={navigator} />
          ))}
          {part.run.info.violations.length > 0 && <Command command={part.run.info.command} />}
        </div>
      ))}
    </>
  )
}

interface ViolationProps {
  readonly part: RunScene
  readonly index: number
  readonly violation: ViolationInfo
  readonly navigator: Navigator
}

function Violation({ part, index, violation, navigator }: ViolationProps): JSX.Element {
  const { invariant, message, seq, witnesses, waits } = violation
  const numbers = witnesses.length > 0 ? witnesses : [seq]
  const shown = useMemo(() => placesOf(part.run, numbers), [part, violation])
  const slice = useMemo(() => failureSlice(part, shown), [part, violation])
  const marked = new Set(shown)
  const isHere = shown.length === new Set(numbers).size
  return (
    <section class="violation">
      <h2 class="bad">✗ {invariant}</h2>
      <p class="at">
        showed at {isHere ? instantText(part.run.at[shown[0] ?? 0] ?? 0) : `event #${Math.min(...numbers)}`},
        found at event #{seq}
      </p>
      {!isHere && <p class="absent">Not all of the events that show it are on this page.</p>}
      <Window
        part={part}
        index={index}
        witnesses={shown}
        navigator={navigator}
        caption={
          /lineariz/.test(invariant) ? 'The calls that no order makes legal' : 'The calls that show it'
        }
      />
      <pre class="message">{message}</pre>
      {waits.length > 0 && (
        <>
          <h3>Who waited for what</h3>
          <ul>
            {waits.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      <p class="group">
        <button type="button" onClick={() => navigator.closeUp(index, shown)}>
          Show it close up
        </button>
        <button type="button" onClick={() => navigator.toViolation(1)}>
          Next event of it
        </button>
      </p>
      <details open={slice.length <= 60}>
        <summary>What led to it ({slice.length} events)</summary>
        <ol class="links">
          {slice.map((each) => (
            <li key={each}>
              <EventLink
                run={part.run}
                index={index}
                seq={each}
                navigator={navigator}
                isMarked={marked.has(each)}
              />
            </li>
          ))}
        </ol>
      </details>
    </section>
  )
}

/** Where events stand on the page, ascending, those that do. */
function placesOf(run: Run, numbers: readonly number[]): readonly number[] {
  const places = new Set(numbers.map((number) => run.placeOf(number)))
  places.delete(0)
  return [...places].sort((a, b) => a - b)
}

interface WindowProps {
  readonly part: RunScene
  readonly index: number
  readonly witnesses: readonly number[]
  readonly navigator: Navigator
  readonly caption: string
}

/** The calls of the violation, and those at the same time, as bars over time. */
function Window({ part, index, witnesses, navigator, caption }: WindowProps): JSX.Element | null {
  const bars = useMemo(() => callWindow(part, witnesses), [part, witnesses])
  if (bars.length === 0) return null
  return (
    <figure class="window">
      <figcaption>{caption}, and calls at the same time</figcaption>
      <ol>
        {bars.map((bar) => (
          <li key={bar.span.invoke}>
            <Bar
              bar={bar}
              when={whenOf(part.run, bar.span)}
              onSelect={() => navigator.select({ run: index, seq: bar.span.invoke })}
            />
          </li>
        ))}
      </ol>
    </figure>
  )
}

function whenOf({ at }: Run, { invoke, end }: WindowBar['span']): string {
  const begin = at[invoke] ?? 0
  const took = end === 0 ? 'never ended' : durationText((at[end] ?? 0) - begin)
  return `at ${instantText(begin)}, ${took}`
}

interface BarProps {
  readonly bar: WindowBar
  /** At which instant it began, and how long it took. */
  readonly when: string
  readonly onSelect: () => void
}

function Bar({ bar, when, onSelect }: BarProps): JSX.Element {
  const { span, left, width, isWitness } = bar
  return (
    <button type="button" class={isWitness ? 'bar witness' : 'bar'} onClick={onSelect}>
      <span class="bar-text">
        <b>{span.process}</b> {callText(span)} <small>{when}</small>
      </span>
      <span class="bar-track">
        <span
          class={`bar-fill ${span.phase}`}
          style={{ left: `${left * 100}%`, width: `${Math.max(0.8, width * 100)}%` }}
        />
      </span>
    </button>
  )
}
