// Layers that let a call through or refuse it at once: breaker, token bucket, adaptive limit.

import { demandWhole } from './bounds.ts'
import { CircuitBreaker, type CircuitBreakerOptions, type CallOutcome } from './circuit-breaker.ts'
import { type ConcurrencyLimit, ConcurrencyLimiter } from './concurrency-limit.ts'
import { type Call, heeded, type Layer, type PolicyEnv, publish, refusal, RefusedError } from './policy.ts'
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts'
import { type Duration, ns } from '../../sim/index.ts'

/** Whether an error is the service's fault. What a layer refused for another reason than its deadline never reached it. */
export type FailureTest = (error: unknown) => CallOutcome

function serviceFailure(error: unknown): CallOutcome {
  return error instanceof RefusedError && error.by !== 'deadline' ? 'ignored' : 'failure'
}

/** Refuses calls by `breaker` while a service keeps failing. */
export function breakerLayer(
  env: PolicyEnv,
  options: CircuitBreakerOptions & { readonly name: string; readonly outcome?: FailureTest },
): Layer {
  const { name, outcome = serviceFailure } = options
  const breaker = new CircuitBreaker(options)
  let shown = breaker.state
  const show = (): void => {
    if (breaker.state === shown) return
    shown = breaker.state
    publish(env, 'breaker', { name, state: shown })
  }
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const permit = breaker.acquire(env.clock.monotonic())
      show()
      if (permit === null) throw refusal(env, name, 'breaker')
      let ended: CallOutcome = 'success'
      try {
        return await call(context)
      } catch (error) {
        ended = outcome(error)
        throw error
      } finally {
        breaker.release(permit, env.clock.monotonic(), ended)
        show()
      }
    }
}

/** Refuses by `rate` what comes faster than a token bucket fills. Calls wait for up to `waitMax` (default 0). */
export function rateLayer(
  env: PolicyEnv,
  options: TokenBucketOptions & { readonly name: string; readonly waitMax?: Duration },
): Layer {
  const { name, waitMax = ns(0) } = options
  demandWhole('waitMax', waitMax, { min: 0, max: Number.MAX_SAFE_INTEGER })
  const bucket = new TokenBucket(options)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const wait = bucket.reserve(env.clock.monotonic(), waitMax)
      if (wait === null) throw refusal(env, name, 'rate')
      if (wait > 0) await env.sleep(wait, heeded(context.signal))
      return call(context)
    }
}

/** Refuses by `concurrency` what is more at once than an adaptive limit allows. Calls that end by their deadline shrink it. */
export function concurrencyLayer(
  env: PolicyEnv,
  { name, limit }: { readonly name: string; readonly limit: ConcurrencyLimit },
): Layer {
  const limiter = new ConcurrencyLimiter(limit)
  let shown = limiter.limit
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const permit = limiter.acquire(env.clock.monotonic())
      if (permit === null) throw refusal(env, name, 'concurrency')
      let ended: 'done' | 'dropped' | 'ignored' = 'done'
      try {
        return await call(context)
      } catch (error) {
        const isLate = (error instanceof RefusedError && error.by === 'deadline') || context.signal.aborted
        ended = isLate ? 'dropped' : 'ignored'
        throw error
      } finally {
        limiter.release(permit, env.clock.monotonic(), ended)
        if (limiter.limit !== shown) {
          shown = limiter.limit
          publish(env, 'concurrency', { name, limit: shown })
        }
      }
    }
}
