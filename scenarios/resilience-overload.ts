// A server becomes half as fast, so that it gets nearly twice as many requests as it can do. Without control the queue grows
// until every answer is later than anybody waits: as busy as ever, it serves nobody. Shedding what stood in the queue for too long, or
// admitting only as many requests at once as an adaptive limit finds, keeps it serving as many as it can.
// `--set guard=none` shows the collapse.

import { answeredInTime } from './parts/answered-in-time.ts'
import { guardedBy } from './parts/guard.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { WorkQueue } from './parts/work-queue.ts'
import {
  AimdLimit,
  callStart,
  concurrencyLayer,
  type ConcurrencyLimit,
  ControlledDelay,
  GradientLimit,
} from '../nodes/resilience/index.ts'
import {
  at,
  type Env,
  group,
  ms,
  node,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

type Guard = 'shedding' | 'limit' | 'aimd' | 'none'

const patience = ms(250)
const work = ms(8)

function server(guard: Guard): Program {
  return (env) => {
    switch (guard) {
      case 'none':
        return onRequests(env, worker(env, null))
      case 'shedding':
        return onRequests(env, worker(env, new ControlledDelay({ target: ms(40), interval: ms(100) })))
      case 'limit':
        return limited(env, new GradientLimit({ max: 100 }))
      case 'aimd':
        return limited(env, new AimdLimit({ max: 100, slowFrom: ms(150) }))
    }
  }
}

function limited(env: Env, limit: ConcurrencyLimit): void {
  const guarded = concurrencyLayer(env, { name: 'server', limit })(worker(env, null))
  onRequests(env, async () => guarded(callStart))
}

/** Does requests one after the other, but those that the control sheds. */
function worker(env: Env, control: ControlledDelay | null): () => Promise<void> {
  const queue = new WorkQueue(env)
  queue.onEmptied(() => control?.emptied())
  return async () =>
    queue.do(async (delay) => {
      if (control?.admits(env.clock.monotonic(), delay) === false) throw new Error('shed')
      await env.cpu.work(work)
    })
}

const client: Program = (env) => {
  const call = messageCalls(env)
  openLoop(env, { f: 'call', every: perSecond(50), patience }, call('server', {}))
}

const overload: Scenario = scenario({
  title: 'a server with too much to do goes on serving as many as it can',
  parameters: { guard: guardedBy('shedding', 'limit', 'aimd') },
  nodes: ({ guard }) => [
    node('server', server(guard)),
    ...group('client', 2, client, { quorum: 0, operations: ['call'] }),
  ],
  faults: [{ kind: 'slow-cpu', node: 'server', factor: 2, at: at(ms(1000)), for: seconds(3) }],
  invariants: [
    // It can do 62 of 100 a second.
    answeredInTime({
      name: 'goodput stays near capacity under overload',
      f: 'call',
      from: ms(2000),
      to: ms(4000),
      share: 0.4,
    }),
  ],
  duration: seconds(5),
})

export default overload
