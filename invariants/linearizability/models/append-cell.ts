// A cell that also grows at its end. Contents are never copied: a state is a prefix of something that was observed,
// named by the first observation that has it and its length; every other content is one state, since nobody sees which.

import { internedMachine, type Effect, type Machine, type Rules } from '../search/machine.ts'
import { NIL, cellActionKey, cellEffect, type CellAction } from './cell.ts'

/**
 * An action on a cell that grows. Contents are texts with a first letter for their kind, such that appending to what
 * is stored is appending to its text; NIL is the cell that nobody wrote, to which an append adds `first` before `text`.
 */
export type AppendCellAction =
  CellAction | { readonly kind: 'append'; readonly first: string; readonly text: string }

/** The machine for the actions on one cell that grows. */
export function appendCellMachine(
  actions: readonly (AppendCellAction | undefined)[],
  foresight: boolean,
): Machine {
  if (!foresight && actions.length <= PLAIN_ACTIONS_MAX) return internedMachine(plainRules(actions))
  return internedMachine(appendCellRules(actions, foresight ? finalContent(actions) : undefined))
}

/** Contents themselves as states are for explanations of moderate length only: they cost their length squared. */
const PLAIN_ACTIONS_MAX = 2000

function plainRules(actions: readonly (AppendCellAction | undefined)[]): Rules<string, AppendCellAction> {
  return {
    initial: NIL,
    actions,
    actionKey: appendCellActionKey,
    effect: appendCellEffect,
    step: (state, action) => {
      switch (action.kind) {
        case 'read':
          return action.values.includes(state) ? state : undefined
        case 'differs':
          return action.value === state ? undefined : state
        case 'write':
          return action.value
        case 'cas':
          return action.expected === state ? action.value : undefined
        case 'append':
          return plainAppend(state, action)
      }
    },
    stateKey: (state) => state,
    show: showContent,
  }
}

/** What is neither text nor list nor missing cannot grow; that is told apart from all that can be read. */
function plainAppend(state: string, { first, text }: Append): string {
  if (state === NIL) return first + text
  return state.startsWith(first) ? state + text : `?${state}${text}`
}

function showContent(content: string): string {
  const body = content.slice(1)
  if (content.startsWith('S')) return JSON.stringify(body)
  return content.startsWith('L') ? `[${body.trimEnd().replaceAll('\n', ',')}]` : content
}

function appendCellActionKey(action: AppendCellAction): string {
  return action.kind === 'append' ? `a${action.first}${action.text}` : cellActionKey(action, JSON.stringify)
}

function appendCellEffect(action: AppendCellAction): Effect {
  return action.kind === 'append' ? 'update' : cellEffect(action)
}

const UNSEEN = -1
const EMPTY = -2

function appendCellRules(
  actions: readonly (AppendCellAction | undefined)[],
  final: string | undefined,
): Rules<number, AppendCellAction> {
  const seen = seenContents(actions)
  const stateOf = (content: string): number => (content === NIL ? EMPTY : seen.extend(EMPTY, content))
  return {
    initial: EMPTY,
    actions,
    actionKey: appendCellActionKey,
    effect: appendCellEffect,
    step: (state, action) => {
      switch (action.kind) {
        case 'read':
          return action.values.some((value) => stateOf(value) === state) ? state : undefined
        case 'differs':
          return stateOf(action.value) === state ? undefined : state
        case 'write':
          return stateOf(action.value)
        case 'cas':
          return stateOf(action.expected) === state ? stateOf(action.value) : undefined
        case 'append':
          return seen.isOnWay(state, action, final) ? seen.append(state, action) : undefined
      }
    },
    stateKey: (state) => state,
    show: (state) => (state === UNSEEN ? 'a value nobody reads' : seen.show(state)),
  }
}

/**
 * What a cell that is only read and appended to must still become: the longest content read. Undefined when there is
 * none but the empty one (one letter), which a cell that nobody wrote has too, or when the cell can be written otherwise.
 */
function finalContent(actions: readonly (AppendCellAction | undefined)[]): string | undefined {
  let final: string | undefined
  for (const action of actions) {
    if (action?.kind === 'write' || action?.kind === 'cas') return undefined
    if (action?.kind !== 'read') continue
    const content = action.values.find((value) => value !== NIL)
    if (content !== undefined && content.length > (final ?? ' ').length) final = content
  }
  return final
}

function seenContents(actions: readonly (AppendCellAction | undefined)[]): Contents {
  const seen = new Set<string>()
  for (const action of actions)
    if (action?.kind === 'read') action.values.forEach((value) => seen.add(value))
    else if (action?.kind === 'differs') seen.add(action.value)
    else if (action?.kind === 'cas') seen.add(action.expected)
  seen.delete(NIL)
  return new Contents([...seen].toSorted())
}

type Append = Extract<AppendCellAction, { kind: 'append' }>

/** Prefixes of the observed contents, as numbers: `index * stride + length`. */
class Contents {
  readonly #contents: readonly string[]
  readonly #stride: number

  constructor(sorted: readonly string[]) {
    this.#contents = sorted
    this.#stride = sorted.reduce((longest, content) => Math.max(longest, content.length), 0) + 1
  }

  append(state: number, { first, text }: Append): number {
    if (state === EMPTY) return this.extend(EMPTY, first + text)
    return state === UNSEEN || this.#first(state) !== first ? UNSEEN : this.extend(state, text)
  }

  /** The state of a prefix with more text after it. EMPTY is the prefix of length zero. */
  extend(state: number, text: string): number {
    const length = state === EMPTY ? 0 : state % this.#stride
    const from = state === EMPTY ? 0 : (state - length) / this.#stride
    const content = (length === 0 ? '' : this.#at(from).slice(0, length)) + text
    const index = this.#firstNotBefore(from, content)
    const isThere = index < this.#contents.length && this.#at(index).startsWith(content)
    return isThere ? index * this.#stride + content.length : UNSEEN
  }

  /** Whether an append keeps the content a prefix of `final`, as it must until `final` is reached. */
  isOnWay(state: number, { first, text }: Append, final: string | undefined): boolean {
    if (final === undefined || state === UNSEEN) return true
    if (state === EMPTY) return final.startsWith(first + text)
    const length = state % this.#stride
    return length >= final.length || final.startsWith(text, length)
  }

  show(state: number): string {
    if (state === EMPTY) return NIL
    const length = state % this.#stride
    return showContent(this.#at((state - length) / this.#stride).slice(0, length))
  }

  #first(state: number): string {
    return this.#at((state - (state % this.#stride)) / this.#stride).charAt(0)
  }

  #firstNotBefore(from: number, wanted: string): number {
    let low = from
    let high = this.#contents.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#at(middle) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  #at(index: number): string {
    return this.#contents[index] as string
  }
}
