// A bulkhead around calls, which wait in line as promises.

import { Bulkhead, type BulkheadOptions } from './bulkhead.ts'
import type { ControlledDelay, PriorityShedder } from './load-shedding.ts'
import {
  type Call,
  type CallContext,
  heeded,
  type Layer,
  type PolicyEnv,
  refusal,
  type RefusedBy,
} from './policy.ts'
import { between, type Duration, type Instant, ns } from '../../sim/index.ts'

/** How a bulkhead guards calls. */
export interface BulkheadLayerOptions extends BulkheadOptions {
  readonly name: string
  /** Sheds calls that waited for too long while there is too much to do; for this bulkhead alone. */
  readonly control?: ControlledDelay
  /** Sheds, while calls wait for too long, those of the least priority before they wait; for this bulkhead alone. */
  readonly shedder?: PriorityShedder
}

/**
 * Refuses by `bulkhead` what finds the queue full, by `bulkhead-wait` what waited in it for too long, by `shed` what the
 * shedder does not admit when it comes, or the control when its turn comes; what waits is let go of when its signal is aborted.
 */
export function bulkheadLayer(env: PolicyEnv, options: BulkheadLayerOptions): Layer {
  const gate = new Gate(env, options)
  return <T>(call: Call<T>): Call<T> =>
    async (context) => {
      await gate.enter(context)
      try {
        // It may have been aborted since it was let in: whoever listens only from now on would not hear of it.
        context.signal.throwIfAborted()
        return await call(context)
      } finally {
        gate.leave()
      }
    }
}

interface Waiter {
  readonly since: Instant
  readonly enter: () => void
  readonly refuse: (by: RefusedBy) => void
}

/** A bulkhead whose waiting calls are promises. */
class Gate {
  readonly #env: PolicyEnv
  readonly #name: string
  readonly #bulkhead: Bulkhead<Waiter>
  readonly #control: ControlledDelay | null
  readonly #shedder: PriorityShedder | null
  #isTimed = false

  constructor(env: PolicyEnv, options: BulkheadLayerOptions) {
    this.#env = env
    this.#name = options.name
    this.#bulkhead = new Bulkhead(options)
    this.#control = options.control ?? null
    this.#shedder = options.shedder ?? null
  }

  async enter({ signal: given, priority = 0 }: CallContext): Promise<void> {
    given.throwIfAborted()
    const since = this.#env.clock.monotonic()
    if (this.#shedder?.admits(since, priority) === false) throw refusal(this.#env, this.#name, 'shed')
    const signal = heeded(given)
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (this.#bulkhead.withdraw(waiter)) reject(given.reason)
      }
      const settle = (act: () => void): void => {
        signal?.removeEventListener('abort', abort)
        act()
      }
      const waiter: Waiter = {
        since,
        enter: () => settle(resolve),
        refuse: (by) => settle(() => reject(refusal(this.#env, this.#name, by))),
      }
      const entry = this.#bulkhead.arrive(since, waiter)
      if (entry === 'entered') {
        this.#control?.emptied()
        this.#shedder?.dequeued(ns(0))
        resolve()
      } else if (entry === 'refused') reject(refusal(this.#env, this.#name, 'bulkhead'))
      else {
        signal?.addEventListener('abort', abort, { once: true })
        this.#watch()
      }
    })
  }

  leave(): void {
    this.#expire()
    const now = this.#env.clock.monotonic()
    // The place of one that is shed goes to the next.
    for (let next = this.#bulkhead.leave(); next !== null; next = this.#bulkhead.leave()) {
      this.#shedder?.dequeued(between(next.since, now))
      if (this.#control?.admits(now, between(next.since, now)) !== false) return next.enter()
      next.refuse('shed')
    }
    this.#control?.emptied()
    return undefined
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
    for (const { refuse } of this.#bulkhead.expire(this.#env.clock.monotonic())) refuse('bulkhead-wait')
  }
}
