// A call that is made again when it failed.

import { type Call, heeded, type Layer, type PolicyEnv, publish, RefusedError } from './policy.ts'
import { demandRetryOptions, type Failure, RetriedCall, type RetryOptions } from './retry.ts'
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

/** Errors of the network, and attempts that had a deadline of their own, may go well next time; nothing else may. */
export function networkFailure(error: unknown): Failure {
  if (error instanceof RefusedError) return { isRetryable: error.by === 'deadline' }
  return { isRetryable: error instanceof NetError && transient.has(error.code) }
}

/**
 * Makes a call again as `RetriedCall` decides; rejects with the last error. Goes around a breaker: what that refuses is not
 * tried again, and each attempt is counted there; around a deadline layer it gives each attempt a time of its own. Waits end early when the call's signal is aborted.
 */
export function retryLayer(env: PolicyEnv, options: RetryLayerOptions): Layer {
  const { name, failure = networkFailure } = options
  // Before the first call, whose caller could do nothing about it.
  demandRetryOptions(options)
  const random = env.randomFor(`resilience/${name}`)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const { deadline, signal } = context
      const retried = new RetriedCall(options, { now: env.clock.monotonic(), deadline, random })
      for (;;) {
        try {
          return await call({ ...context, attempt: retried.attempts })
        } catch (error) {
          const decision = retried.failed(env.clock.monotonic(), failure(error))
          if (decision.kind === 'give-up') {
            publish(env, 'give-up', { name, reason: decision.reason })
            throw error
          }
          publish(env, 'retry', { name, attempt: retried.attempts, wait: decision.wait })
          await env.sleep(decision.wait, heeded(signal))
        }
      }
    }
}
