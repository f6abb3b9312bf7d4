// A back-end comes back cold: until it has done so many requests, each takes ten times as long. With its full share at once it
// falls behind, and whoever was sent there waits in vain; a slow start gives it as much as it can do while it warms up.
// `--set slowStartMs=0` shows the herd.

import { answeredInTime } from './parts/answered-in-time.ts'
import { balancedCall, balancer, serverNames, workingServer } from './parts/balanced.ts'
import { openLoop } from './parts/open-loop.ts'
import { WorkQueue } from './parts/work-queue.ts'
import {
  at,
  type Duration,
  type Env,
  group,
  ms,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const warm = ms(4)
const cold = ms(40)
/** Requests until it is warm. */
const warming = 100

/** Works on one request at a time. Those that start with the world are warm. */
const server = workingServer((env: Env) => {
  const queue = new WorkQueue(env)
  let done = env.incarnation === 1 ? warming : 0
  return () =>
    queue.do(async () => {
      const left = Math.max(0, 1 - done / warming)
      done++
      await env.cpu.work(Math.floor(warm + (cold - warm) * left) as Duration)
    })
})

const client: Program = (env) => {
  const call = balancedCall(env, seconds(5))
  openLoop(env, { f: 'call', every: perSecond(75), patience: ms(300) }, call('lb', '/'))
}

const loadBalancerHerd: Scenario = scenario({
  title: 'a back-end that comes back cold gets no more than it can do',
  parameters: { slowStartMs: 3500 },
  nodes: ({ slowStartMs }) => [
    ...group('server', 3, server),
    // It is slow, not faulty: nobody takes it out again.
    balancer('lb', serverNames(3), {
      slowStartMs,
      outliers: false,
      responseTimeoutMs: 5000,
      checkTimeoutMs: 400,
    }),
    ...group('client', 2, client, { quorum: 0, operations: ['call'] }),
  ],
  faults: [{ kind: 'crash', node: 'server-1', at: at(ms(500)), for: seconds(2), connections: 'reset' }],
  invariants: [
    answeredInTime({
      name: 'a herd does not overrun who comes back',
      f: 'call',
      from: ms(2500),
      to: ms(6500),
      share: 0.97,
    }),
  ],
  duration: seconds(7),
})

export default loadBalancerHerd
