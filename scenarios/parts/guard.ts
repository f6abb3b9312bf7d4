// The parameter by which a scenario is run with one guard or another, or to see what happens without.

import { type DrawnParameter, oneOf } from '../../sim/index.ts'

/** One of the guards, as the seed decides; `none` only when it is set from outside. */
export function guardedBy<const G extends string>(...guards: readonly G[]): DrawnParameter<G | 'none'> {
  const drawn = oneOf<G | 'none'>(...guards)
  return {
    ...drawn,
    range: `${drawn.range}, or "none"`,
    accepts: (value) => value === 'none' || drawn.accepts?.(value) === true,
  }
}
