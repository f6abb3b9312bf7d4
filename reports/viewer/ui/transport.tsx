// Play, steps and zoom, as buttons for those who do not use keys.

import type { JSX } from 'preact'

import { durationText, instantText } from '../model/time-text.ts'
import type { ViewAction, ViewState } from '../model/view-state.ts'
import type { Navigator } from './navigator.ts'

/** What the transport steers. */
export interface TransportProps {
  readonly state: ViewState
  readonly dispatch: (action: ViewAction) => void
  readonly navigator: Navigator
  readonly hasPair: boolean
}

const speeds = [
  [1 / 32, '¼×'],
  [1 / 8, '1×'],
  [1 / 2, '4×'],
] as const

/** The transport. */
export function Transport({ state, dispatch, navigator: go, hasPair }: TransportProps): JSX.Element {
  return (
    <div class="toolbar" role="toolbar" aria-label="Time">
      <Button
        label={state.isPlaying ? 'Pause' : 'Play'}
        text={state.isPlaying ? '❚❚' : '►'}
        act={() => go.play()}
      />
      <select
        aria-label="Speed"
        value={String(state.speed)}
        onChange={({ currentTarget }) => dispatch({ kind: 'speed', speed: Number(currentTarget.value) })}
      >
        {speeds.map(([speed, text]) => (
          <option key={text} value={String(speed)}>
            {text}
          </option>
        ))}
      </select>
      <Pair name="event" back={() => go.step(-1)} next={() => go.step(1)} />
      <Pair name="fault" back={() => go.toFault(-1)} next={() => go.toFault(1)} />
      <Pair name="violation" back={() => go.toViolation(-1)} next={() => go.toViolation(1)} />
      <span class="group">
        <Button label="Zoom in" text="+" act={() => go.zoom(1)} />
        <Button label="Zoom out" text="−" act={() => go.zoom(-1)} />
        <Button label="The whole run" text="All" act={() => go.whole()} />
      </span>
      {hasPair && (
        <label class="check" title="What the same causes led to stands at the same place">
          <input
            type="checkbox"
            checked={state.isAligned}
            onChange={({ currentTarget }) => dispatch({ kind: 'align', isAligned: currentTarget.checked })}
          />
          align B
        </label>
      )}
      <output class="time" aria-label="Cursor">
        {instantText(state.cursor)}{' '}
        <small title="How long the part is that is shown">
          · {durationText(state.to - state.from)} shown
        </small>
      </output>
    </div>
  )
}

interface PairProps {
  readonly name: string
  readonly back: () => void
  readonly next: () => void
}

function Pair({ name, back, next }: PairProps): JSX.Element {
  return (
    <span class="group">
      <Button label={`Previous ${name}`} text="‹" act={back} />
      <span aria-hidden="true">{name}</span>
      <Button label={`Next ${name}`} text="›" act={next} />
    </span>
  )
}

interface ButtonProps {
  readonly label: string
  readonly text: string
  readonly act: () => void
}

function Button({ label, text, act }: ButtonProps): JSX.Element {
  return (
    <button type="button" aria-label={label} title={label} onClick={act}>
      {text}
    </button>
  )
}
