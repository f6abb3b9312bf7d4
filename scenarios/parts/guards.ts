// The guards of calls that more than one scenario has.

import {
  breakerLayer,
  bulkheadLayer,
  deadlineLayer,
  type Layer,
  policy,
  type PolicyEnv,
  RetryBudget,
  retryLayer,
} from '../../nodes/resilience/index.ts'
import { ms, seconds } from '../../sim/index.ts'

/** What keeps callers from all waiting for one service. */
export type ServiceGuard = 'bulkhead' | 'breaker'

/** A guard of the calls of one service, which the layer is named for; `none` lets them through. */
export function serviceGuard(env: PolicyEnv, name: string, guard: ServiceGuard | 'none'): Layer {
  switch (guard) {
    case 'none':
      return policy()
    case 'bulkhead':
      return bulkheadLayer(env, { name, concurrencyMax: 4 })
    case 'breaker':
      return breakerLayer(env, {
        name,
        window: { kind: 'time', length: seconds(2) },
        callsMin: 5,
        openFor: seconds(1),
        probes: 2,
      })
  }
}

/** How many retries there may be: a fifth of the calls, and one in ten seconds besides. */
export const retryShare: { readonly ratio: number; readonly perSecondMin: number } = {
  ratio: 0.2,
  perSecondMin: 0.1,
}

/** What may be taken away from retries, and what stands around each attempt. */
export interface RetriesOptions {
  readonly hasBudget: boolean
  /** Whether an attempt is given up after 300 ms (default true). */
  readonly hasDeadline?: boolean
  readonly inner?: Layer
}

/** Up to four attempts of 300 ms each, within a budget or (the harm) without. */
export function retries(
  env: PolicyEnv,
  { hasBudget, hasDeadline = true, inner = policy() }: RetriesOptions,
): Layer {
  return policy(
    retryLayer(env, {
      name: 'server',
      attemptsMax: 4,
      backoff: { jitter: 'full', base: ms(20), max: ms(200) },
      budget: hasBudget ? new RetryBudget(retryShare) : null,
    }),
    inner,
    hasDeadline ? deadlineLayer(env, { name: 'attempt', timeout: ms(300) }) : policy(),
  )
}
