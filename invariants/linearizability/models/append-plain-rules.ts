// The rules of a growing cell with contents themselves as states: slow, but a state can be shown.

import type { Rules } from '../search/index.ts'
import { NIL, cellActionKey, cellEffect, type Append, type AppendCellAction } from './cell-action.ts'

/** Rules that know nothing but the present content. */
export function plainRules(
  actions: readonly (AppendCellAction | undefined)[],
): Rules<string, AppendCellAction> {
  return {
    initial: NIL,
    actions,
    actionKey: (action) =>
      action.kind === 'append' ? `a${action.first}${action.text}` : cellActionKey(action, JSON.stringify),
    effect: (action) => (action.kind === 'append' ? 'blind' : cellEffect(action)),
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
          return grown(state, action)
      }
    },
    stateKey: (state) => state,
    show: showContent,
  }
}

/** What is neither text nor list nor missing cannot grow; that is told apart from all that can be read. */
function grown(state: string, { first, text }: Append): string {
  if (state === NIL) return first + text
  return state.startsWith(first) ? state + text : `?${state}${text}`
}

/** A content as a person would write it. */
export function showContent(content: string): string {
  const body = content.slice(1)
  if (content.startsWith('S')) return JSON.stringify(body)
  return content.startsWith('L') ? `[${body.trimEnd().replaceAll('\n', ',')}]` : content
}
