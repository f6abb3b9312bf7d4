// One cell that is read, written and compared-and-swapped: what register, cas-register, kv and single set elements share.
// Values that nobody ever observes are one state: which of them is there makes no difference to anyone.

import type { Operation } from '../operation.ts'
import { internedMachine, type Machine, type Rules } from '../search/index.ts'
import { NIL, cellActionKey, cellEffect, type CellAction } from './cell-action.ts'
import { cellFacts } from './cell-facts.ts'

/**
 * The machine for the actions on one cell; undefined stands for what constrains nothing. `operations` are those of the
 * actions.
 */
export function cellMachine(
  actions: readonly (CellAction | undefined)[],
  operations: readonly Operation[],
  foresight: boolean,
): Machine {
  if (!foresight) return internedMachine(cellRules(actions, false))
  const useful = withoutUseless(actions, operations)
  return internedMachine(cellRules(useful, true), () => cellFacts(useful, operations))
}

/** Leaves out operations without an end that can only lead to a value nobody sees, where that is of no use either. */
function withoutUseless(
  actions: readonly (CellAction | undefined)[],
  operations: readonly Operation[],
): readonly (CellAction | undefined)[] {
  if (actions.some((action) => action?.kind === 'differs')) return actions
  const seen = seenValues(actions)
  return actions.map((action, index) => {
    const isOpen = operations[index]?.return === Infinity
    const changes = action?.kind === 'write' || action?.kind === 'cas'
    return isOpen && changes && !seen.has(action.value) ? undefined : action
  })
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
