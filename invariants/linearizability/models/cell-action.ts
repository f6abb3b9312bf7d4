import type { Effect } from '../search/index.ts'

/** An action on a cell. Values are texts; equal values have equal texts. */
export type CellAction =
  /** Saw one of the values. */
  | { readonly kind: 'read'; readonly values: readonly string[] }
  /** Saw that the value was another. */
  | { readonly kind: 'differs'; readonly value: string }
  | { readonly kind: 'write'; readonly value: string }
  | { readonly kind: 'cas'; readonly expected: string; readonly value: string }

/**
 * An action on a cell that grows. Contents are texts with a first letter for their kind, such that appending to what
 * is stored is appending to its text; to a cell that nobody wrote an append adds `first` and then `text`.
 */
export type AppendCellAction =
  CellAction | { readonly kind: 'append'; readonly first: string; readonly text: string }

/** An append. */
export type Append = Extract<AppendCellAction, { kind: 'append' }>

/** The text of the value of a cell that nobody wrote, or that was deleted. */
export const NIL = 'null'

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
