// What keeps one slow or failing service from taking others along: parts as pure state machines, which are told what time it
// is and hold a bounded amount of memory, and layers that put them around asynchronous calls.
//
// | part                               | it keeps                                                                      |
// | ---------------------------------- | ----------------------------------------------------------------------------- |
// | `RetryBudget`, `RetriedCall`       | retries to a share of the calls, so that they end with their cause            |
// | `CircuitBreaker`                   | callers from a service that keeps failing or is slow                          |
// | `Bulkhead`                         | calls of one service to a share of what the caller has                        |
// | `Deadline`                         | services from work for somebody who waits no more                             |
// | `TokenBucket`                      | calls to a rate, with bursts                                                  |
// | `GradientLimit`, `AimdLimit`       | as many calls open as a service can take, found while it runs                 |
// | `ControlledDelay`, `PriorityShedder` | queues short under overload: sheds what is late, or what matters least      |
//
// Scenarios `resilience-*` show each with and without. What layers publish stands at `publish`.

export { type Backoff, BackoffWaits } from './backoff.ts'
export { demandWhole } from './bounds.ts'
export { Bulkhead, type BulkheadEntry, type BulkheadOptions } from './bulkhead.ts'
export { bulkheadLayer, type BulkheadLayerOptions } from './bulkhead-layer.ts'
export {
  type BreakerPermit,
  type BreakerState,
  type CallOutcome,
  CircuitBreaker,
  type CircuitBreakerOptions,
} from './circuit-breaker.ts'
export {
  AimdLimit,
  ConcurrencyLimiter,
  type ConcurrencyLimit,
  GradientLimit,
  type GradientLimitOptions,
  type LimitBounds,
  type LimiterPermit,
  type LimitSample,
} from './concurrency-limit.ts'
export {
  type Deadline,
  DeadlineFormatError,
  deadlineIn,
  decodeDeadline,
  encodeDeadline,
  isPast,
  remaining,
} from './deadline.ts'
export { deadlineLayer, type DeadlineSignal, deadlineSignal } from './deadline-layer.ts'
export { breakerLayer, concurrencyLayer, type FailureTest, rateLayer } from './guard-layers.ts'
export {
  ControlledDelay,
  type ControlledDelayOptions,
  PriorityShedder,
  type PriorityShedderOptions,
} from './load-shedding.ts'
export { type Outcomes, type OutcomeWindow, outcomeWindow, type WindowSpec } from './outcome-window.ts'
export {
  type Call,
  type CallContext,
  callStart,
  type Layer,
  neverAborted,
  policy,
  type PolicyEnv,
  publish,
  type RefusedBy,
  RefusedError,
  type ResilienceProbe,
} from './policy.ts'
export { type Failure, RetriedCall, type RetryDecision, type RetryOptions } from './retry.ts'
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'
export { networkFailure, retryLayer, type RetryLayerOptions } from './retry-layer.ts'
export { RollingCounts, type RollingCountsOptions } from './rolling-counts.ts'
export { TokenBucket, type TokenBucketOptions } from './token-bucket.ts'
