// Users who come at their own rate, whatever became of those before them, and who wait only so long.

import { type Call, deadlineLayer, RefusedError, callStart } from '../../nodes/resilience/index.ts'
import type { Duration, Env } from '../../sim/index.ts'

/** How often they come and how long they wait. */
export interface OpenLoop {
  /** What their operations are called. */
  readonly f: string
  /** The mean time between two, which is drawn exponentially. */
  readonly every: Duration
  readonly patience: Duration
}

/** Makes calls, each an operation of its own: ok in time, or not. */
export function openLoop(env: Env, { f, every, patience }: OpenLoop, call: Call<void>): void {
  const random = env.randomFor(`workload/${f}`)
  const patient = deadlineLayer(env, { name: f, timeout: patience })(call)
  let place = 0
  const later = (): void => {
    const wait = Math.floor(random.exponential(every)) as Duration
    env.timers.after(wait, () => {
      later()
      place++
      if (!env.admits(f)) return undefined
      return operate(env, { f, process: `${env.name}.${f}.${place}` }, patient)
    })
  }
  later()
}

async function operate(
  env: Env,
  invocation: { readonly f: string; readonly process: string },
  call: Call<void>,
): Promise<void> {
  const operation = env.invoke(invocation)
  try {
    await call(callStart)
    operation.ok()
  } catch (error) {
    if (error instanceof RefusedError && error.by !== 'deadline') operation.fail(String(error))
    else operation.info(String(error))
  }
}
