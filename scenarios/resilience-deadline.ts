// Users wait a quarter of a second; their requests pass a gateway to a worker, which becomes so slow that it can do a quarter of them. Without
// deadlines the worker does everything it was ever asked for, nearly all of it for users who left; with deadlines that are
// passed along it drops those, works for who still waits, and has no backlog when it is fast again.
// `--set deadlines=false` shows the waste.

import { answeredInTime } from './parts/answered-in-time.ts'
import { messageCalls, onRequests } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { WorkQueue } from './parts/work-queue.ts'
import { fold } from '../invariants/index.ts'
import { deadlineLayer, isPast, callStart } from '../nodes/resilience/index.ts'
import {
  at,
  group,
  type Invariant,
  ms,
  node,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const patience = ms(250)
/** How long the gateway waits for the worker when it does not know how long anybody else does. */
const gatewayTimeout = seconds(3)
/** A request takes three steps, between which the worker may stop. */
const [steps, stepWork] = [3, ms(3)]

const worker: Program = (env) => {
  const queue = new WorkQueue(env)
  onRequests(env, async ({ body, deadline }) =>
    queue.do(async () => {
      for (let step = 1; step <= steps; step++) {
        if (deadline !== null && isPast(deadline, env.clock.monotonic())) throw new Error('too late')
        env.probe('step', { request: body['request'] ?? null })
        await env.cpu.work(stepWork)
      }
    }),
  )
}

function gateway(areDeadlinesSent: boolean): Program {
  return (env) => {
    const call = messageCalls(env)
    const inTime = deadlineLayer(env, { name: 'worker', timeout: gatewayTimeout })
    onRequests(env, async ({ body, deadline }) =>
      inTime(call('worker', body, { isDeadlineSent: areDeadlinesSent }))({ ...callStart, deadline }),
    )
  }
}

function client(areDeadlinesSent: boolean): Program {
  return (env) => {
    const call = messageCalls(env)
    let last = 0
    openLoop(env, { f: 'call', every: perSecond(35), patience }, async (context) => {
      const request = `${env.name}.${++last}`
      try {
        await call('gateway', { request }, { isDeadlineSent: areDeadlinesSent })(context)
      } catch (error) {
        env.probe('gave up', { request })
        throw error
      }
    })
  }
}

/** At most a tenth of the work is for requests whose caller had given up. */
const littleWaste: Invariant = fold({
  name: 'work is done for those who wait',
  kinds: ['probe'],
  unit: 'probes step',
  initial: () => ({ left: new Set<string>(), steps: 0, wasted: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'gave up' && name !== 'step') return null
    const { request } = value as { readonly request: string }
    if (name === 'gave up') state.left.add(request)
    else {
      state.steps++
      if (state.left.has(request)) state.wasted++
    }
    return null
  },
  end: ({ steps, wasted }) =>
    wasted * 10 <= steps ? null : `work is done for nobody\n${wasted} of ${steps} steps`,
  looked: ({ steps }) => steps,
})

const deadlines: Scenario = scenario({
  title: 'deadlines that are passed along keep a slow worker from working for who has left',
  parameters: { deadlines: true },
  nodes: ({ deadlines }) => [
    node('gateway', gateway(deadlines)),
    node('worker', worker),
    ...group('client', 2, client(deadlines), { quorum: 0, operations: ['call'] }),
  ],
  faults: [{ kind: 'slow-cpu', node: 'worker', factor: 6, at: at(ms(500)), for: seconds(2) }],
  invariants: [
    littleWaste,
    answeredInTime({
      name: 'calls succeed as soon as the worker is fast again',
      f: 'call',
      from: ms(2750),
      to: ms(3750),
      share: 0.8,
    }),
  ],
  duration: seconds(5),
})

export default deadlines
