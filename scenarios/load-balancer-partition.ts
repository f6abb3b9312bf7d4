// A balancer is cut off from half of its back-ends, which are well, as they would tell anybody who reaches them. The others
// serve everybody meanwhile, and all of them again when the cut is over. `--set guards=false`: half of the requests are lost.

import { answeredInTime } from './parts/answered-in-time.ts'
import { allServeAfter, balancedCall, balancer, serverNames, workingServer } from './parts/balanced.ts'
import { openLoop } from './parts/open-loop.ts'
import { at, group, ms, perSecond, type Program, type Scenario, scenario, seconds } from '../sim/index.ts'

const servers = serverNames(4)
const begin = ms(1000)

const server = workingServer((env) => () => env.sleep(ms(env.random.int(1, 10))))

const client: Program = (env) => {
  const call = balancedCall(env, seconds(2))
  openLoop(env, { f: 'call', every: perSecond(50), patience: seconds(1) }, call('lb', '/'))
}

const loadBalancerPartition: Scenario = scenario({
  title: 'a balancer that is cut off from half of its back-ends goes on with the others',
  parameters: { guards: true },
  nodes: ({ guards }) => [
    ...group('server', servers.length, server, { quorum: 0 }),
    balancer('lb', servers, guards ? {} : { check: 'none', outliers: false, retriesMax: 0 }),
    ...group('client', 2, client, { quorum: 0, operations: ['call'] }),
  ],
  faults: [
    {
      kind: 'partition',
      shape: { kind: 'split', groups: [['lb'], servers.slice(0, 2)] },
      cuts: 'in-flight',
      at: at(begin),
      for: ms(2500),
    },
  ],
  invariants: [
    answeredInTime({
      name: 'the other half serves everybody',
      f: 'call',
      from: begin,
      to: ms(3500),
      share: 0.97,
    }),
    allServeAfter(servers, ms(5500)),
  ],
  duration: seconds(7),
})

export default loadBalancerPartition
