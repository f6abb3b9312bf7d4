// A planted bug that many programs have had: waits are measured by the wall clock, which somebody may set meanwhile.

import type { Clock, Env, Program } from '../../sim/index.ts'

/** The same program, which takes the wall clock for the one that never goes back. */
export function wallForMonotonic(program: Program): Program {
  return (env) => {
    const { clock } = env
    const mistaken: Clock = { wall: () => clock.wall(), monotonic: () => clock.wall() }
    return program(withClock(env, mistaken))
  }
}

/** An env looks at fields of its own, so that its methods are called on itself. */
function withClock(env: Env, clock: Clock): Env {
  return new Proxy(env, {
    get: (target, name) => {
      if (name === 'clock') return clock
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
