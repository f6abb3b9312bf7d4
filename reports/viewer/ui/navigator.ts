// Going from event to event: along time, along causes, to faults and to what went wrong.

import type { Scene } from '../model/scene.ts'
import { nextFault, nextShown, nextViolation } from '../model/steps.ts'
import type { EventRef, ViewAction, ViewState } from '../model/view-state.ts'

/** What is needed to go anywhere. */
export interface Place {
  readonly scene: Scene
  readonly state: ViewState
  readonly shown: readonly Uint8Array[]
  readonly dispatch: (action: ViewAction) => void
}

const zoomStep = 1.6
const panStep = 0.2

/** Moves the cursor. */
export class Navigator {
  readonly #where: () => Place

  /** `where` says what is looked at when somebody goes on: one navigator serves for as long as the view is there. */
  constructor(where: () => Place) {
    this.#where = where
  }

  dispatch(action: ViewAction): void {
    this.#place.dispatch(action)
  }

  get #place(): Place {
    return this.#where()
  }

  select(event: EventRef): void {
    const x = this.#place.scene.runs[event.run]?.run.x[event.seq]
    if (x === undefined || event.seq < 1) return
    this.dispatch({ kind: 'select', event, x })
    this.dispatch({ kind: 'tab', tab: 'event' })
  }

  /** To the next event that is shown, of the run at hand. */
  step(direction: 1 | -1): void {
    const { run, seq } = this.#start(direction)
    const scene = this.#place.scene.runs[run]
    const shown = this.#place.shown[run]
    if (scene === undefined || shown === undefined) return
    this.select({ run, seq: nextShown(scene.run, shown, seq, direction) })
  }

  /** To the first event that is shown, of any run. */
  toFirst(): void {
    const { scene, shown } = this.#place
    for (const [run, flags] of shown.entries()) {
      const seq = flags.indexOf(1, 1)
      if (seq > 0 && scene.runs[run] !== undefined) return this.select({ run, seq })
    }
  }

  toFault(direction: 1 | -1): void {
    const { run, seq } = this.#start(direction)
    const scene = this.#place.scene.runs[run]
    if (scene !== undefined) this.select({ run, seq: nextFault(scene.run, seq, direction) })
  }

  toViolation(direction: 1 | -1): void {
    const run = this.#place.scene.runs[0]?.run
    const { run: current, seq } = this.#start(direction)
    const from = current === 0 ? seq : 0
    if (run !== undefined) this.select({ run: 0, seq: nextViolation(run, from, direction) })
  }

  /** To what led to the event at hand. */
  toCause(): void {
    this.#alongCauses(({ cause }) => cause)
  }

  /** To the first thing that the event at hand led to. */
  toEffect(): void {
    const { run, seq } = this.#current()
    const effects = this.#place.scene.runs[run]?.causes.effectsOf(seq) ?? []
    // What it sent to another node tells more than what the same step did here.
    const events = this.#place.scene.runs[run]?.run
    const elsewhere = effects.find((effect) => events?.node[effect] !== events?.node[seq])
    this.select({ run, seq: elsewhere ?? effects[0] ?? 0 })
  }

  /** To the event before or behind it on the same node. */
  onNode(direction: 1 | -1): void {
    this.#alongCauses(({ previous, next }) => (direction === 1 ? next : previous))
  }

  zoom(direction: 1 | -1): void {
    const { state } = this.#place
    const isInside = state.cursor >= state.from && state.cursor <= state.to
    const around = isInside ? state.cursor : (state.from + state.to) / 2
    this.dispatch({ kind: 'zoom', factor: direction === 1 ? 1 / zoomStep : zoomStep, around })
  }

  pan(direction: 1 | -1): void {
    this.dispatch({ kind: 'pan', share: direction * panStep })
  }

  whole(): void {
    const { begin, end } = this.#place.state
    this.dispatch({ kind: 'window', from: begin, to: end })
  }

  /** Shows some events as large as fits. */
  closeUp(run: number, seqs: readonly number[]): void {
    const xs = this.#place.scene.runs[run]?.run.x
    const places = seqs.flatMap((seq) => xs?.[seq] ?? [])
    if (places.length === 0) return
    const [first, last] = [Math.min(...places), Math.max(...places)]
    const margin = Math.max(1000, (last - first) * 0.08)
    this.dispatch({ kind: 'window', from: first - margin, to: last + margin })
  }

  play(): void {
    this.dispatch({ kind: 'play', isPlaying: !this.#place.state.isPlaying })
  }

  clear(): void {
    this.dispatch({ kind: 'clear' })
  }

  #alongCauses(pick: (edges: ReturnType<Scene['runs'][number]['causes']['causesOf']>) => number): void {
    const { run, seq } = this.#current()
    const edges = this.#place.scene.runs[run]?.causes.causesOf(seq)
    if (edges !== undefined) this.select({ run, seq: pick(edges) })
  }

  /**
   * From where a step is taken. What stands at a free cursor has not been looked at: backwards it is the next one, and
   * forwards as well.
   */
  #start(direction: 1 | -1): EventRef {
    const { selected, cursor } = this.#place.state
    const run = this.#place.scene.runs[0]?.run
    if (selected !== null || run === undefined) return this.#current()
    const half = 0.5
    return { run: 0, seq: direction === 1 ? run.lastAt(cursor - half) : run.lastAt(cursor) + 1 }
  }

  /** The selected event, or the last one at the cursor. */
  #current(): EventRef {
    const { selected, cursor } = this.#place.state
    return selected ?? { run: 0, seq: this.#place.scene.runs[0]?.run.lastAt(cursor) ?? 0 }
  }
}
