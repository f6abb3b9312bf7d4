// A call that is over at its deadline, whatever the called one does.

import { type Deadline, deadlineIn, remaining } from './deadline.ts'
import { type Call, type CallContext, type Layer, type PolicyEnv, refusal } from './policy.ts'
import type { Duration, Env } from '../../sim/index.ts'

/** A signal that somebody else may abort, and that lets go of what it listens to. */
export interface DeadlineSignal {
  readonly signal: AbortSignal
  /** The call is over: the timer is cancelled. */
  readonly release: () => void
}

/** A signal that is aborted with `reason` at the deadline, or with the parent's reason when that is aborted first. */
export function deadlineSignal(
  env: Pick<Env, 'clock' | 'timers'>,
  {
    deadline,
    parent,
    reason,
  }: { readonly deadline: Deadline; readonly parent?: AbortSignal; readonly reason: () => Error },
): DeadlineSignal {
  const controller = new AbortController()
  const follow = (): void => controller.abort(parent?.reason)
  const timer = env.timers.after(remaining(deadline, env.clock.monotonic()), () => controller.abort(reason()))
  const release = (): void => {
    timer.cancel()
    parent?.removeEventListener('abort', follow)
  }
  if (parent?.aborted === true) {
    follow()
    release()
  } else parent?.addEventListener('abort', follow, { once: true })
  return { signal: controller.signal, release }
}

/**
 * Gives a call `timeout` from when it is made, or what its caller has left where that is less. At the deadline the call
 * rejects with a RefusedError `deadline` and its signal is aborted; what it does after that, nobody hears of.
 */
export function deadlineLayer(
  env: PolicyEnv,
  { name, timeout }: { readonly name: string; readonly timeout: Duration },
): Layer {
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const now = env.clock.monotonic()
      const deadline = deadlineIn(now, timeout, context.deadline)
      if (deadline.at <= now) throw refusal(env, name, 'deadline')
      const { signal, release } = deadlineSignal(env, {
        deadline,
        parent: context.signal,
        reason: () => refusal(env, name, 'deadline'),
      })
      try {
        return await abortable(call, { ...context, deadline, signal })
      } finally {
        release()
      }
    }
}

/** Makes a call and waits for it no longer than its signal says. */
async function abortable<T>(call: Call<T>, context: CallContext): Promise<T> {
  const { signal } = context
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    call(context)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
