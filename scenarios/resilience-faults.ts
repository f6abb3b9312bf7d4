// Calls that are retried within a budget, each attempt through a breaker or a bulkhead with a deadline, while their server crashes, stands
// still and is cut off, and clocks jump: nobody waits longer than they said, who does not answer is left alone, retries stay a
// share of the calls, and when the faults are over calls succeed again. `--set guard=none`, `budget=false` and `deadlines=false` take one of
// these away, `--set usesWall=true` plants the bug of measuring waits by the wall clock.

import { guardedBy } from './parts/guard.ts'
import { retries, retryShare, type ServiceGuard, serviceGuard } from './parts/guards.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
import { WorkQueue } from './parts/work-queue.ts'
import { eventually, fold, operationsSucceed } from '../invariants/index.ts'
import type { Call } from '../nodes/resilience/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  type Duration,
  type Env,
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
} from '../sim/index.ts'

const patience = seconds(2)
/** Over how long a budget counts at least: nine tenths of its window of ten seconds, by a clock that may run fast. */
const budgetWindow = seconds(8.5)

/** What a client is guarded by. */
interface Guards {
  readonly guard: ServiceGuard | 'none'
  readonly budget: boolean
  readonly deadlines: boolean
}

const server: Program = (env) => {
  const queue = new WorkQueue(env)
  onRequests(env, async () => queue.do(async () => env.cpu.work(ms(2))))
}

function client({ guard, budget, deadlines }: Guards): Program {
  return (env) => {
    const call = told(env, messageCalls(env)('server-1', {}))
    const inner = serviceGuard(env, 'service', guard)
    const guarded = retries(env, { hasBudget: budget, hasDeadline: deadlines, inner })
    const loop = { f: 'call', every: perSecond(40), patience: deadlines ? patience : minutes(10) }
    openLoop(env, loop, guarded(call))
  }
}

/** A call that publishes each attempt, and each answer, as the probe `attempt`. */
function told(env: Env, call: Call<void>): Call<void> {
  return async (context) => {
    env.probe('attempt', 'made')
    await call(context)
    env.probe('attempt', 'answered')
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
    // The one that was begun first of all that are not over, which may be the one that is over now.
    const [oldest = at] = state.begun.values()
    if (phase !== 'invoke' && state.begun.delete(id)) state.ended++
    const took = (at - oldest) as Duration
    return took <= patience + lateMax ? null : `a call took too long\n${formatDuration(took)}`
  },
  looked: ({ ended }) => ended,
})

/** Who has not answered for so long is left alone: at most so many attempts by one client within a second. */
const silenceMax = seconds(2)
const attemptsMax = 18

interface Asked {
  /** When the first attempt was made since the last answer; null where there was none. */
  since: Instant | null
  /** When the attempts since were made that count. */
  late: Instant[]
}

/** A server that does not answer is asked no more than it takes to find out whether it does. */
export const silentIsLeftAlone: Invariant = fold({
  name: 'a server that does not answer is left alone',
  kinds: ['probe'],
  unit: 'attempts at a silent server',
  initial: () => ({ clients: new Map<string, Asked>(), looked: 0 }),
  on: (state, { name, node, value, at }) => {
    if (name !== 'attempt') return null
    const asked = state.clients.get(node) ?? { since: null, late: [] }
    state.clients.set(node, asked)
    if (value === 'answered') {
      asked.since = null
      asked.late = []
      return null
    }
    asked.since ??= at
    if (at < asked.since + silenceMax) return null
    state.looked++
    asked.late = [...asked.late.filter((each) => each > at - seconds(1)), at]
    const count = asked.late.length
    return count <= attemptsMax
      ? null
      : `too many attempts at a server that does not answer\n${count} in a second, wanted at most ${attemptsMax}`
  },
  looked: ({ looked }) => looked,
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
    // In each of the windows that it takes to cover the run there may be those few.
    const windows = Math.floor(event.at / budgetWindow) + 1
    const most = retryShare.ratio * counts.calls + retryShare.perSecondMin * 10 * windows
    return counts.retries <= most ? null : `more retries than the budget has\n${counts.retries} of ${most}`
  },
  looked: ({ retries: count }) => count,
})

const resilienceFaults: Scenario = scenario({
  title: 'guarded calls end in time, retry within their budget, and recover',
  parameters: { guard: guardedBy('breaker', 'bulkhead'), budget: true, deadlines: true, usesWall: false },
  nodes: ({ guard, budget, deadlines, usesWall }) => {
    const program = client({ guard, budget, deadlines })
    return [
      ...group('server', 1, server, { quorum: 0 }),
      ...group('client', 4, usesWall ? wallForMonotonic(program) : program, {
        quorum: 0,
        operations: ['call'],
      }),
    ]
  },
  faults: [
    // Long enough for who is guarded to have noticed.
    crashes({ of: 'server', every: seconds(6), for: [seconds(3), seconds(5)] }),
    pauses({ of: 'server', every: seconds(4), for: [ms(100), seconds(1.5)] }),
    partitions({ every: seconds(4), for: [ms(100), seconds(4)] }),
    packetLoss({ every: seconds(6) }),
    clockSteps({ every: ms(500), by: [ms(100), minutes(10)] }),
    clockDrifts({ ppm: [100, 50_000] }),
  ],
  invariants: [
    nobodyWaitsLonger,
    silentIsLeftAlone,
    retriesAreFew,
    eventually(operationsSucceed('client'), { within: seconds(6) }),
  ],
  duration: seconds(16),
  settle: seconds(8),
})

export default resilienceFaults
