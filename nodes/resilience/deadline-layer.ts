// A call that is over at its deadline, whatever the called one does.

import { setMaxListeners } from 'node:events'

import { type Deadline, deadlineIn, remaining } from './deadline.ts'
import { type Call, heeded, type Layer, type PolicyEnv, refusal } from './policy.ts'
import type { Duration, Env } from '../../sim/index.ts'

/** A signal that is aborted at a deadline, and that lets go of what it listens to. */
export interface DeadlineSignal {
  readonly signal: AbortSignal
  /** The call is over: the timer is cancelled. */
  readonly release: () => void
}

/** How a signal is aborted. */
export interface DeadlineSignalOptions {
  readonly deadline: Deadline
  /** When this is aborted first, the signal is, for the same reason. */
  readonly parent?: AbortSignal
  /** Makes the reason of the deadline itself. */
  readonly reason: () => Error
  /** Is told the reason, whichever it is: cheaper than to listen to the signal. */
  readonly onAbort?: (reason: unknown) => void
}

/** A signal that is aborted at the deadline, or with its parent. To be released when the call is over. */
export function deadlineSignal(
  env: Pick<Env, 'clock' | 'timers'>,
  { deadline, parent: given, reason, onAbort }: DeadlineSignalOptions,
): DeadlineSignal {
  const parent = heeded(given)
  const controller = new AbortController()
  // Node takes more than ten listeners for a leak: here they are the calls that one call makes at a time.
  setMaxListeners(0, controller.signal)
  const abort = (why: unknown): void => {
    release()
    controller.abort(why)
    onAbort?.(why)
  }
  const follow = (): void => abort(parent?.reason)
  const timer = env.timers.after(remaining(deadline, env.clock.monotonic()), () => abort(reason()))
  const release = (): void => {
    timer.cancel()
    parent?.removeEventListener('abort', follow)
  }
  if (parent?.aborted === true) follow()
  else parent?.addEventListener('abort', follow)
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
      context.signal.throwIfAborted()
      const now = env.clock.monotonic()
      const deadline = deadlineIn(now, timeout, context.deadline)
      if (deadline.at <= now) throw refusal(env, name, 'deadline')
      return new Promise<T>((resolve, reject) => {
        const { signal, release } = deadlineSignal(env, {
          deadline,
          parent: context.signal,
          reason: () => refusal(env, name, 'deadline'),
          onAbort: reject,
        })
        call({ ...context, deadline, signal })
          .then(resolve, reject)
          .finally(release)
      })
    }
}
