// Layers that let a call through or refuse it at once: breaker, bulkhead, token bucket, adaptive limit.

import { Bulkhead, type BulkheadOptions } from './bulkhead.ts'
import { CircuitBreaker, type CircuitBreakerOptions, type CallOutcome } from './circuit-breaker.ts'
import { type ConcurrencyLimit, ConcurrencyLimiter } from './concurrency-limit.ts'
import { type Call, type Layer, type PolicyEnv, publish, refusal, RefusedError } from './policy.ts'
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
  const bucket = new TokenBucket(options)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      const wait = bucket.reserve(env.clock.monotonic(), waitMax)
      if (wait === null) throw refusal(env, name, 'rate')
      if (wait > 0) await env.sleep(wait, context.signal)
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

/**
 * Refuses by `bulkhead` what finds the queue full, by `bulkhead-wait` what waited in it for too long; what waits is let go of
 * when its signal is aborted.
 */
export function bulkheadLayer(env: PolicyEnv, options: BulkheadOptions & { readonly name: string }): Layer {
  const gate = new Gate(env, options)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      await gate.enter(context.signal)
      try {
        return await call(context)
      } finally {
        gate.leave()
      }
    }
}

interface Waiter {
  readonly enter: () => void
  readonly refuse: () => void
}

/** A bulkhead whose waiting calls are promises. */
class Gate {
  readonly #env: PolicyEnv
  readonly #name: string
  readonly #bulkhead: Bulkhead<Waiter>
  #isTimed = false

  constructor(env: PolicyEnv, options: BulkheadOptions & { readonly name: string }) {
    this.#env = env
    this.#name = options.name
    this.#bulkhead = new Bulkhead(options)
  }

  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (this.#bulkhead.withdraw(waiter)) reject(signal.reason)
      }
      const settle = (act: () => void) => () => {
        signal.removeEventListener('abort', abort)
        act()
      }
      const waiter: Waiter = {
        enter: settle(resolve),
        refuse: settle(() => reject(refusal(this.#env, this.#name, 'bulkhead-wait'))),
      }
      const entry = this.#bulkhead.arrive(this.#env.clock.monotonic(), waiter)
      if (entry === 'entered') resolve()
      else if (entry === 'refused') reject(refusal(this.#env, this.#name, 'bulkhead'))
      else {
        signal.addEventListener('abort', abort, { once: true })
        this.#watch()
      }
    })
  }

  leave(): void {
    this.#expire()
    this.#bulkhead.leave()?.enter()
  }

  /** One timer for all that wait: the oldest is the first whose time is up. */
  #watch(): void {
    const at = this.#bulkhead.expiresAt
    if (this.#isTimed || at === null) return
    this.#isTimed = true
    const wait = Math.max(0, at - this.#env.clock.monotonic()) as Duration
    this.#env.timers.after(wait, () => {
      this.#isTimed = false
      this.#expire()
      this.#watch()
    })
  }

  #expire(): void {
    for (const { refuse } of this.#bulkhead.expire(this.#env.clock.monotonic())) refuse()
  }
}
