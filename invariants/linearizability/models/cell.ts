// One cell that is read, written and compared-and-swapped: what register, cas-register, kv and single set elements share.
// Values that nobody ever observes are one state: which of them is there makes no difference to anyone.

import { internedMachine, type Effect, type Machine, type Rules } from '../search/machine.ts'

/** An action on a cell. Values are canonical texts; `null` is the cell that nobody wrote. */
export type CellAction =
  /** Saw one of the values. */
  | { readonly kind: 'read'; readonly values: readonly string[] }
  /** Saw that the value was another. */
  | { readonly kind: 'differs'; readonly value: string }
  | { readonly kind: 'write'; readonly value: string }
  | { readonly kind: 'cas'; readonly expected: string; readonly value: string }

/** The text of the value of a cell that nobody wrote. */
export const NIL = 'null'

/** The machine for the actions on one cell; undefined stands for what constrains nothing. */
export function cellMachine(actions: readonly (CellAction | undefined)[], foresight: boolean): Machine {
  return internedMachine(cellRules(actions, foresight))
}

const UNSEEN = 0

function cellRules(
  actions: readonly (CellAction | undefined)[],
  foresight: boolean,
): Rules<number, CellAction> {
  const seen = seenValues(actions)
  if (!foresight) addWrittenValues(actions, seen)
  const names = [...seen.keys()]
  const idOf = (value: string): number => seen.get(value) ?? UNSEEN
  return {
    initial: idOf(NIL),
    actions,
    actionKey: (action) => cellActionKey(action, (value) => String(idOf(value))),
    effect: cellEffect,
    step: (state, action) => {
      switch (action.kind) {
        case 'read':
          return action.values.some((value) => idOf(value) === state) ? state : undefined
        case 'differs':
          return idOf(action.value) === state ? undefined : state
        case 'write':
          return idOf(action.value)
        case 'cas':
          return idOf(action.expected) === state ? idOf(action.value) : undefined
      }
    },
    stateKey: (state) => state,
    show: (state) => (state === UNSEEN ? 'a value nobody reads' : (names[state - 1] ?? '')),
  }
}

function seenValues(actions: readonly (CellAction | undefined)[]): Map<string, number> {
  const seen = new Map<string, number>([[NIL, 1]])
  const see = (value: string): void => {
    if (!seen.has(value)) seen.set(value, seen.size + 1)
  }
  for (const action of actions)
    if (action?.kind === 'read') action.values.forEach(see)
    else if (action?.kind === 'differs') see(action.value)
    else if (action?.kind === 'cas') see(action.expected)
  return seen
}

/** Tells values apart that nobody observes, for the sake of a reader. */
function addWrittenValues(actions: readonly (CellAction | undefined)[], seen: Map<string, number>): void {
  for (const action of actions)
    if ((action?.kind === 'write' || action?.kind === 'cas') && !seen.has(action.value))
      seen.set(action.value, seen.size + 1)
}

/** The effect of an action on a cell. */
export function cellEffect(action: CellAction): Effect {
  if (action.kind === 'write') return 'overwrite'
  return action.kind === 'cas' && action.expected !== action.value ? 'update' : 'none'
}

/** The identity of an action, with values named by `name`. */
export function cellActionKey(action: CellAction, name: (value: string) => string): string {
  switch (action.kind) {
    case 'read':
      return `r${action.values.map(name).join('|')}`
    case 'differs':
      return `d${name(action.value)}`
    case 'write':
      return `w${name(action.value)}`
    case 'cas':
      return `c${name(action.expected)},${name(action.value)},${action.expected === action.value}`
  }
}
