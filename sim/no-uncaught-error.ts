// The invariant that every scenario has without asking for it: programs end on purpose or not at all.

import type { EventOf } from './event.ts'
import type { Finding, Invariant } from './invariant.ts'

/** The name of the invariant. */
export const noUncaughtErrorName = 'no uncaught error'

/** No program ends by an uncaught error (exit code 1), or with any other code but 0 and those that are allowed. */
export function noUncaughtError(codesAllowed: readonly number[]): Invariant {
  return {
    name: noUncaughtErrorName,
    kinds: ['start', 'exit'],
    isMemoryless: true,
    begin: () => {
      let started = 0
      return {
        on: (event) => {
          if (event.kind === 'start') started++
          return event.kind === 'exit' ? findingOf(event, codesAllowed) : null
        },
        looked: () => started,
      }
    },
  }
}

function findingOf({ node, code, error }: EventOf<'exit'>, codesAllowed: readonly number[]): Finding | null {
  if (code === 0 || codesAllowed.includes(code)) return null
  return { kind: 'violated', message: `${node}: ${error ?? `exit code ${code}`}` }
}
