// Calls that come whatever became of earlier ones: leaving one out leaves the times and kinds of all others as they were.

import type { Duration, Env, RandomStream } from '../../../sim/index.ts'

/** What a client calls, and how often. */
export interface Arrivals<F extends string> {
  /** The mean time between two calls, which is drawn exponentially. */
  readonly every: Duration
  /** The functions to call, with their weights. */
  readonly mix: readonly (readonly [weight: number, f: F])[]
  /** Makes a call; `place` counts the calls that were drawn. Draws of its own come from `random`, a stream for this call. */
  readonly call: (f: F, place: number) => Promise<void>
}

/** Makes drawn calls, one at a time: what is due while another one is open is not called. */
export function arrive<F extends string>(env: Env, { every, mix, call }: Arrivals<F>): void {
  const random: RandomStream = env.randomFor('workload')
  let place = 0
  let isOpen = false
  const perform = async (f: F, at: number): Promise<void> => {
    isOpen = true
    await call(f, at)
    isOpen = false
  }
  const later = (): void => {
    const [wait, f] = [Math.floor(random.exponential(every)) as Duration, random.weightedPick(mix)]
    env.timers.after(wait, () => {
      later()
      place++
      if (env.admits(f) && !isOpen) return perform(f, place)
      return undefined
    })
  }
  later()
}
