// A cell that also grows at its end. A state is a prefix of something that was observed; every other content is one
// state, since nobody sees which it is.

import type { Operation } from '../operation.ts'
import { internedMachine, type Facts, type Machine, type Rules } from '../search/index.ts'
import { plainRules } from './append-plain-rules.ts'
import { NIL, cellActionKey, cellEffect, type Append, type AppendCellAction } from './cell-action.ts'
import { cellFacts } from './cell-facts.ts'
import { EMPTY, SortedContents, UNSEEN, chainOf, type Contents } from './contents.ts'

/** Contents themselves as states are for explanations of moderate length only: they cost their length squared. */
const PLAIN_ACTIONS_MAX = 2000

/** The machine for the actions on one cell that grows; undefined stands for what constrains nothing. */
export function appendCellMachine(
  actions: readonly (AppendCellAction | undefined)[],
  operations: readonly Operation[],
  foresight: boolean,
): Machine {
  if (!foresight && actions.length <= PLAIN_ACTIONS_MAX) return internedMachine(plainRules(actions))
  const seen = seenContents(actions)
  const isGrowing = !actions.some((action) => action?.kind === 'write' || action?.kind === 'cas')
  const areDifferencesSeen = actions.some((action) => action?.kind === 'differs')
  const chain = foresight && isGrowing && !areDifferencesSeen ? chainOf(seen) : undefined
  const contents = chain ?? new SortedContents(seen)
  return internedMachine(
    appendCellRules(actions, contents, isGrowing),
    foresight ? (): Facts => cellFacts(actions, operations) : undefined,
  )
}

function appendCellRules(
  actions: readonly (AppendCellAction | undefined)[],
  contents: Contents,
  isGrowing: boolean,
): Rules<number, AppendCellAction> {
  const states = new Map<string, number>()
  const stateOf = (content: string): number => {
    let state = states.get(content)
    if (state === undefined) states.set(content, (state = content === NIL ? EMPTY : contents.find(content)))
    return state
  }
  const name = (content: string): string => String(stateOf(content))
  const areDifferencesSeen = actions.some((action) => action?.kind === 'differs')
  return {
    initial: EMPTY,
    actions,
    actionKey: (action) =>
      action.kind === 'append' ? `a${action.first}${action.text}` : cellActionKey(action, name),
    effect: (action) => {
      if (action.kind !== 'append') return cellEffect(action)
      return isGrowing ? 'update' : 'blind'
    },
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
          return contents.append(state, action)
      }
    },
    mayMatter: (state, candidate, other) =>
      candidate.kind === 'append'
        ? mayAppendMatter(contents, state, candidate, other, areDifferencesSeen)
        : true,
    stateKey: (state) => state,
    show: (state) => contents.show(state),
  }
}

/** An append matters to who sees the content, and to other appends if somebody may see both. */
function mayAppendMatter(
  contents: Contents,
  state: number,
  candidate: Append,
  other: AppendCellAction,
  areDifferencesSeen: boolean,
): boolean {
  if (other.kind === 'write') return false
  if (other.kind === 'differs') return true
  return (other.kind === 'append' && areDifferencesSeen) || contents.append(state, candidate) !== UNSEEN
}

function seenContents(actions: readonly (AppendCellAction | undefined)[]): ReadonlySet<string> {
  const seen = new Set<string>()
  for (const action of actions)
    if (action?.kind === 'read') action.values.forEach((value) => seen.add(value))
    else if (action?.kind === 'differs') seen.add(action.value)
    else if (action?.kind === 'cas') seen.add(action.expected)
  seen.delete(NIL)
  return seen
}
