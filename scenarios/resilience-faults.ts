// Calls that are retried within a budget, each attempt through a breaker or a bulkhead with a deadline, while their server crashes, stands
// still and is cut off, and clocks jump: nobody waits longer than they said, retries stay a share of the calls, and when the
// faults are over calls succeed again. `--set budget=false` takes the budget away, `--set usesWall=true` plants the bug of
// measuring waits by the wall clock.

import { guardedBy } from './parts/guard.ts'
import { retries, retryShare, type ServiceGuard, serviceGuard } from './parts/guards.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
import { WorkQueue } from './parts/work-queue.ts'
import { eventually, fold, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  type Duration,
  formatDuration,
  group,
  type Instant,
  type Invariant,
  minutes,
  ms,
  packetLoss,
  partitions,
  pauses,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
  toSeconds,
} from '../sim/index.ts'

const patience = seconds(2)
/** Over how long a budget counts. */
const budgetWindow = seconds(10)

const server: Program = (env) => {
  const queue = new WorkQueue(env)
  onRequests(env, async () => queue.do(async () => env.cpu.work(ms(5))))
}

function client(guard: ServiceGuard | 'none', hasBudget: boolean): Program {
  return (env) => {
    const call = messageCalls(env)
    const guarded = retries(env, hasBudget, serviceGuard(env, 'service', guard))
    openLoop(env, { f: 'call', every: perSecond(20), patience }, guarded(call('server-1', {})))
  }
}

/** Clocks may run this much slow, and a timer fires a little late. */
const lateMax = ms(150)

/** Whatever becomes of a call, who makes it hears of it when they said. */
export const nobodyWaitsLonger: Invariant = fold({
  name: 'nobody waits longer than they said',
  kinds: ['operation'],
  initial: () => ({ begun: new Map<number, Instant>(), ended: 0 }),
  on: (state, { phase, id, at }) => {
    if (phase === 'invoke') state.begun.set(id, at)
    const begun = state.begun.get(id)
    if (phase === 'invoke' || begun === undefined) return null
    state.begun.delete(id)
    state.ended++
    const took = (at - begun) as Duration
    return took <= patience + lateMax ? null : `a call took too long\n${formatDuration(took)}`
  },
  looked: ({ ended }) => ended,
})

/** In all, retries are a share of the calls, and a few besides. */
const retriesAreFew: Invariant = fold({
  name: 'retries stay within their budget',
  kinds: ['operation', 'probe'],
  unit: 'retries',
  initial: () => ({ counts: new Map<string, { calls: number; retries: number }>(), retries: 0 }),
  on: (state, event) => {
    const counts = state.counts.get(event.node) ?? { calls: 0, retries: 0 }
    state.counts.set(event.node, counts)
    if (event.kind === 'operation' && event.phase === 'invoke') counts.calls++
    if (event.kind !== 'probe' || event.name !== 'resilience.retry') return null
    counts.retries++
    state.retries++
    const length = Math.max(event.at, budgetWindow) as Duration
    const most = retryShare.ratio * counts.calls + retryShare.perSecondMin * (toSeconds(length) + 1)
    return counts.retries <= most ? null : `more retries than the budget has\n${counts.retries} of ${most}`
  },
  looked: ({ retries: count }) => count,
})

const resilienceFaults: Scenario = scenario({
  title: 'guarded calls end in time, retry within their budget, and recover',
  parameters: { guard: guardedBy('breaker', 'bulkhead'), budget: true, usesWall: false },
  nodes: ({ guard, budget, usesWall }) => {
    const program = client(guard, budget)
    return [
      ...group('server', 1, server, { quorum: 0 }),
      ...group('client', 4, usesWall ? wallForMonotonic(program) : program, {
        quorum: 0,
        operations: ['call'],
      }),
    ]
  },
  faults: [
    crashes({ of: 'server', every: seconds(5), for: [ms(100), seconds(1.5)] }),
    pauses({ of: 'server', every: seconds(4), for: [ms(100), seconds(1.5)] }),
    partitions({ every: seconds(4), for: [ms(100), seconds(2)] }),
    packetLoss({ every: seconds(6) }),
    clockSteps({ every: ms(500), by: [ms(100), minutes(10)] }),
    clockDrifts({ ppm: [100, 50_000] }),
  ],
  invariants: [
    nobodyWaitsLonger,
    retriesAreFew,
    eventually(operationsSucceed('client'), { within: seconds(6) }),
  ],
  duration: seconds(16),
  settle: seconds(8),
})

export default resilienceFaults
