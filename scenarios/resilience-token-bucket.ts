// A feeder hands jobs to a store that users ask as well. It stands still for two seconds, and has then all at once what came
// meanwhile. Handed on as it came, users stand in line behind it; through a token bucket the backlog drains at a rate for
// which the store has room. `--set bucket=false` shows the burst.

import { answeredInTime } from './parts/answered-in-time.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { WorkQueue } from './parts/work-queue.ts'
import { policy, rateLayer, callStart } from '../nodes/resilience/index.ts'
import {
  at,
  group,
  ms,
  node,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

/** The store can do 166 requests a second; 60 of them are jobs, 20 are of users. */
const work = ms(6)

const store: Program = (env) => {
  const queue = new WorkQueue(env)
  onRequests(env, async () => queue.do(async () => env.cpu.work(work)))
}

function feeder(hasBucket: boolean): Program {
  return (env) => {
    const call = messageCalls(env)
    const steady = hasBucket
      ? rateLayer(env, { name: 'feeder', every: perSecond(100), burst: 5, waitMax: seconds(10) })
      : policy()
    onRequests(env, async () => steady(call('store', {}))(callStart))
  }
}

const producer: Program = (env) => {
  const call = messageCalls(env)
  openLoop(env, { f: 'job', every: perSecond(60), patience: seconds(5) }, call('feeder', {}))
}

const user: Program = (env) => {
  const call = messageCalls(env)
  openLoop(env, { f: 'ask', every: perSecond(20), patience: ms(150) }, call('store', {}))
}

const tokenBucket: Scenario = scenario({
  title: 'a backlog that is handed on at a steady rate leaves room for users',
  parameters: { bucket: true },
  nodes: ({ bucket }) => [
    node('store', store),
    node('feeder', feeder(bucket)),
    ...group('producer', 1, producer, { quorum: 0, operations: ['job'] }),
    ...group('user', 1, user, { quorum: 0, operations: ['ask'] }),
  ],
  faults: [{ kind: 'pause', node: 'feeder', at: at(ms(500)), for: seconds(2) }],
  invariants: [
    answeredInTime({
      name: 'users are served while the backlog drains',
      f: 'ask',
      from: ms(2450),
      to: ms(3200),
      share: 0.8,
    }),
    answeredInTime({ name: 'jobs are done in the end', f: 'job', from: ms(0), to: ms(2500), share: 1 }),
  ],
  duration: seconds(5),
})

export default tokenBucket
