// Two balancers hash the same keys onto the same back-ends, and one of them is cut off from one of these. What holds without a
// word between the two: a key whose back-end both see goes to the same one by either. What does not: the keys of the back-end
// that one does not see have two places for as long as that lasts, so that hashing is good for caches, and is no lock.
// `--set hashing=false` shows keys anywhere.

import { balancedCall, balancer, keysStay, serverNames, workingServer } from './parts/balanced.ts'
import { openLoop } from './parts/open-loop.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { at, group, ms, perSecond, type Program, type Scenario, scenario, seconds } from '../sim/index.ts'

const servers = serverNames(4)
const keys = 40
const unseen = 'server-1'

const server = workingServer((env) => () => env.sleep(ms(env.random.int(1, 5))))

/** Asks for keys by either balancer. */
const client: Program = (env) => {
  const call = balancedCall(env, seconds(2))
  const random = env.randomFor('workload/keys')
  openLoop(env, { f: 'call', every: perSecond(60), patience: seconds(1) }, (context) => {
    const key = random.int(1, keys)
    return call(random.boolean(0.5) ? 'lb-1' : 'lb-2', `/key-${key}`)(context)
  })
}

const loadBalancerViews: Scenario = scenario({
  title: 'two balancers with different views agree on the keys of back-ends that both see',
  parameters: { hashing: true },
  nodes: ({ hashing }) => [
    ...group('server', servers.length, server),
    ...['lb-1', 'lb-2'].map((name) =>
      balancer(name, servers, {
        via: name,
        ...(hashing ? { balance: 'consistent-hashing', hashOn: 'path', loadFactor: 1000 } : {}),
      }),
    ),
    ...group('client', 2, client, { quorum: 0, operations: ['call'] }),
  ],
  faults: [
    {
      kind: 'partition',
      shape: { kind: 'split', groups: [['lb-2'], [unseen]] },
      cuts: 'in-flight',
      at: at(seconds(1)),
      for: seconds(3),
    },
  ],
  invariants: [keysStay('lb-2', unseen), eventually(operationsSucceed('client'), { within: seconds(3) })],
  duration: seconds(6),
  settle: seconds(4),
})

export default loadBalancerViews
