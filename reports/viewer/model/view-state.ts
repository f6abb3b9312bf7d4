// What of a run is looked at, and how that changes. Pure: the page and the tests share it.

import { everything, type Filter } from './filter.ts'

/** An event of one of the runs. */
export interface EventRef {
  readonly run: number
  readonly seq: number
}

/** What the panel beside the diagram shows. */
export type Tab = 'violation' | 'event' | 'state' | 'comparison' | 'plots' | 'run'

/** What is looked at. */
export interface ViewState {
  /** The stretch of virtual time that is drawn. */
  readonly from: number
  readonly to: number
  /** Where the runs begin and end: nothing is drawn beyond. */
  readonly begin: number
  readonly end: number
  readonly cursor: number
  readonly selected: EventRef | null
  readonly filter: Filter
  readonly isPlaying: boolean
  /** Virtual time that passes while playing, as a share of what is drawn, a second. */
  readonly speed: number
  readonly tab: Tab
  /** Whether the second run is drawn at the instants of the first. */
  readonly isAligned: boolean
}

/** What somebody does. */
export type ViewAction =
  | { readonly kind: 'zoom'; readonly factor: number; readonly around: number }
  | { readonly kind: 'pan'; readonly share: number }
  | { readonly kind: 'window'; readonly from: number; readonly to: number }
  | { readonly kind: 'select'; readonly event: EventRef; readonly x: number }
  | { readonly kind: 'cursor'; readonly x: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'play'; readonly isPlaying: boolean }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'align'; readonly isAligned: boolean }
  | { readonly kind: 'tick'; readonly seconds: number }

/** The narrowest stretch that is drawn: less is one instant. */
const widthMin = 200
const speedDefault = 1 / 8

/** The whole of runs that last from one instant to another. */
export function wholeRun([begin, end]: readonly [number, number], tab: Tab): ViewState {
  const to = Math.max(end, begin + widthMin)
  return {
    from: begin,
    to,
    begin,
    end: to,
    cursor: begin,
    selected: null,
    filter: everything,
    isPlaying: false,
    speed: speedDefault,
    tab,
    isAligned: false,
  }
}

/** The next state. */
export function viewReducer(state: ViewState, action: ViewAction): ViewState {
  switch (action.kind) {
    case 'zoom':
      return zoomed(state, action.factor, action.around)
    case 'pan':
      return within(state, state.from + (state.to - state.from) * action.share, state.to - state.from)
    case 'window':
      return within(state, action.from, action.to - action.from)
    case 'select':
      return centred({
        ...state,
        selected: action.event,
        cursor: inside(state, action.x),
        isPlaying: false,
      })
    case 'cursor':
      return { ...state, cursor: inside(state, action.x), selected: null }
    case 'clear':
      return { ...state, selected: null }
    case 'filter':
      return { ...state, filter: action.filter }
    case 'play':
      return {
        ...state,
        isPlaying: action.isPlaying,
        cursor: state.cursor >= state.end ? state.begin : state.cursor,
      }
    case 'speed':
      return { ...state, speed: action.speed }
    case 'tab':
      return { ...state, tab: action.tab }
    case 'align':
      return { ...state, isAligned: action.isAligned }
    case 'tick':
      return ticked(state, action.seconds)
  }
}

function zoomed(state: ViewState, factor: number, around: number): ViewState {
  const width = clamp((state.to - state.from) * factor, widthMin, state.end - state.begin)
  const share = (around - state.from) / (state.to - state.from)
  return within(state, around - width * share, width)
}

/** Moves the window so that it lies within the runs. */
function within(state: ViewState, from: number, width: number): ViewState {
  const fitting = clamp(width, widthMin, state.end - state.begin)
  const start = clamp(from, state.begin, state.end - fitting)
  return { ...state, from: start, to: start + fitting }
}

/** Brings the cursor into the window. */
function centred(state: ViewState): ViewState {
  const { from, to, cursor } = state
  if (cursor >= from && cursor <= to) return state
  return within(state, cursor - (to - from) / 2, to - from)
}

function ticked(state: ViewState, seconds: number): ViewState {
  // The last tick may come when it was stopped already.
  if (!state.isPlaying) return state
  const cursor = Math.min(state.end, state.cursor + (state.to - state.from) * state.speed * seconds)
  return centred({ ...state, cursor, selected: null, isPlaying: cursor < state.end })
}

/** The nearest instant that the runs have. */
function inside({ begin, end }: ViewState, x: number): number {
  return clamp(x, begin, end)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
