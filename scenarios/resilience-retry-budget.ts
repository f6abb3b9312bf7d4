// Clients call a server again when no answer came in time. The server stands still for a second, and all who wait call
// again. Without a budget each call is then made four times, which is twice what the server can do: it spends itself on
// requests nobody waits for any more, and stays overloaded although nothing is wrong with it (a metastable failure: Bronson
// et al., HotOS 2021). With a budget retries add a fifth, and the queue drains.
// `--set budget=false` shows the storm.

import { answeredInTime } from './parts/answered-in-time.ts'
import { retries } from './parts/guards.ts'
import { messageCalls } from './parts/message-calls.ts'
import { openLoop } from './parts/open-loop.ts'
import { at, group, ms, perSecond, type Program, type Scenario, scenario, seconds } from '../sim/index.ts'

/** The server can do 100 requests a second, and is asked for 50. */
const work = ms(10)
const clients = 5
const rate = perSecond(10)

/** Answers in the order in which requests came, whether or not anybody still waits. */
const server: Program = (env) => {
  env.messages.on('request', ({ id }, client) => {
    env.cpu.charge(work)
    env.messages.send(client, { kind: 'reply', id: id ?? null, error: '' })
  })
}

function client(hasBudget: boolean): Program {
  return (env) => {
    const call = messageCalls(env)
    const guarded = retries(env, { hasBudget })
    openLoop(env, { f: 'call', every: rate, patience: seconds(2) }, guarded(call('server-1', {})))
  }
}

const retryBudget: Scenario = scenario({
  title: 'retries within a budget end soon after the pause of a server that caused them',
  parameters: { budget: true },
  nodes: ({ budget }) => [
    ...group('server', 1, server, { quorum: 0 }),
    ...group('client', clients, client(budget), { quorum: 0, operations: ['call'] }),
  ],
  faults: [{ kind: 'pause', node: 'server-1', at: at(ms(500)), for: seconds(1) }],
  invariants: [
    answeredInTime({
      name: 'calls succeed again after the pause',
      f: 'call',
      from: ms(3500),
      to: ms(4500),
      share: 0.9,
    }),
  ],
  duration: seconds(5),
})

export default retryBudget
