// A call that is made again when it failed.

import { type Call, type Layer, type PolicyEnv, publish, RefusedError } from './policy.ts'
import { type Failure, RetriedCall, type RetryOptions } from './retry.ts'
import { NetError, type NetErrorCode } from '../../sim/index.ts'

/** How a layer retries. */
export interface RetryLayerOptions extends RetryOptions {
  readonly name: string
  /** What is known of an error (default: `networkFailure`, for calls that may be made twice). */
  readonly failure?: (error: unknown) => Failure
}

const transient: ReadonlySet<NetErrorCode> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'EPIPE',
])

/** Errors of the network may go well next time; what was refused here, or by the service itself, does not. */
export function networkFailure(error: unknown): Failure {
  return { isRetryable: error instanceof NetError && transient.has(error.code) }
}

/**
 * Makes a call again as `RetriedCall` decides; rejects with the last error. Goes around a breaker: what that refuses is not
 * tried again, and each attempt is counted there. Waits end early when the call's signal is aborted.
 */
export function retryLayer(env: PolicyEnv, options: RetryLayerOptions): Layer {
  const { name, failure = networkFailure } = options
  const random = env.randomFor(`resilience/${name}`)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const { deadline, signal } = context
      const retried = new RetriedCall(options, { now: env.clock.monotonic(), deadline, random })
      for (;;) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
          return await call({ ...context, attempt: retried.attempts })
        } catch (error) {
          const known = error instanceof RefusedError ? { isRetryable: false } : failure(error)
          const decision = retried.failed(env.clock.monotonic(), known)
          if (decision.kind === 'give-up') {
            publish(env, 'give-up', { name, reason: decision.reason })
            throw error
          }
          publish(env, 'retry', { name, attempt: retried.attempts, wait: decision.wait })
          // oxlint-disable-next-line no-await-in-loop -- the attempts of one call
          await env.sleep(decision.wait, signal)
        }
      }
    }
}
