// A planted bug that many programs have had: waits are measured by the wall clock, which somebody may set meanwhile.

import { altered } from './altered.ts'
import type { Env, Program } from '../../sim/index.ts'

/** The same program, which takes the wall clock for the one that never goes back. */
export function wallForMonotonic(program: Program): Program {
  return (env) => program(withWallClock(env))
}

/** The same for a part of a program. */
export function withWallClock(env: Env): Env {
  const { clock } = env
  return altered(env, 'clock', { wall: () => clock.wall(), monotonic: () => clock.wall() })
}
