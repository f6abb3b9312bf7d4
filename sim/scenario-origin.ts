// Where in a program each scenario was made: what names its file when nobody says it.

import type { Scenario } from './scenario.ts'

const stacks = new WeakMap<Scenario, string>()

/** Remembers that a scenario is being made right now. */
export function rememberOrigin(made: Scenario): void {
  stacks.set(made, new Error('where a scenario was made').stack ?? '')
}

/** The stack of the call of `scenario` that made one; '' when there is none. */
export function originOf(made: Scenario): string {
  return stacks.get(made) ?? ''
}
