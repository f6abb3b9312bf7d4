// A front serves two pages with ten workers: one needs the directory, the other the search, which becomes a hundred times
// slower. Unguarded, all workers soon wait for the search, and the directory's page fails although its own service is fine.
// A bulkhead leaves the search no more than four of them; a breaker stops calling it. `--set guard=none` shows the harm.

import { answeredInTime } from './parts/answered-in-time.ts'
import { guardedBy } from './parts/guard.ts'
import { type ServiceGuard, serviceGuard } from './parts/guards.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { WorkQueue } from './parts/work-queue.ts'
import { bulkheadLayer, callStart, deadlineLayer, policy } from '../nodes/resilience/index.ts'
import {
  at,
  type Duration,
  group,
  ms,
  node,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const workers = 10
const patience = ms(400)
const dependencyTimeout = ms(900)

/** A service that works on one request at a time. */
function service(work: Duration): Program {
  return (env) => {
    const queue = new WorkQueue(env)
    onRequests(env, async () => queue.do(async () => env.cpu.work(work)))
  }
}

function front(guard: ServiceGuard | 'none'): Program {
  return (env) => {
    const call = messageCalls(env)
    const pool = bulkheadLayer(env, { name: 'workers', concurrencyMax: workers, queueMax: 1000 })
    const inTime = deadlineLayer(env, { name: 'dependency', timeout: dependencyTimeout })
    const search = policy(serviceGuard(env, 'search', guard), inTime)(call('search', {}))
    const directory = inTime(call('directory', {}))
    onRequests(env, async ({ body }) => pool(body['page'] === 'search' ? search : directory)(callStart))
  }
}

const client: Program = (env) => {
  const call = messageCalls(env)
  for (const page of ['directory', 'search'])
    openLoop(env, { f: page, every: perSecond(20), patience }, call('front', { page }))
}

const slowDependency: Scenario = scenario({
  title: 'a dependency that becomes slow does not take down what does not need it',
  parameters: { guard: guardedBy('bulkhead', 'breaker') },
  nodes: ({ guard }) => [
    node('front', front(guard)),
    node('directory', service(ms(2))),
    node('search', service(ms(5))),
    ...group('client', 2, client, { quorum: 0, operations: ['directory', 'search'] }),
  ],
  faults: [{ kind: 'slow-cpu', node: 'search', factor: 100, at: at(ms(1000)), for: seconds(3) }],
  invariants: [
    answeredInTime({
      name: 'the directory is served while the search is slow',
      f: 'directory',
      from: ms(2500),
      to: ms(4000),
      share: 0.7,
    }),
  ],
  duration: seconds(5),
})

export default slowDependency
