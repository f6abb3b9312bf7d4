// Two balancers crash and come back, and are cut off from clients and from back-ends. Whatever they were doing is lost; what may not
// be done twice is not, and as soon as they are there again they serve.
// `--set repeatsPosts=true` has clients repeat what they do not know the end of.

import { balancer, serverNames } from './parts/balanced.ts'
import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { crashes, group, ms, partitions, type Scenario, scenario, seconds } from '../sim/index.ts'

const balancers = ['lb-1', 'lb-2']

const loadBalancerRestarts: Scenario = scenario({
  title: 'balancers crash, come back and are cut off, and nothing is done twice',
  parameters: { repeatsPosts: false },
  nodes: ({ repeatsPosts }) => [
    ...group('server', 3, httpServer()),
    ...balancers.map((name) => ({ ...balancer(name, serverNames(3)), group: 'lb', quorum: 1 })),
    ...group('client', 3, httpClient({ servers: balancers, repeatsPosts }), {
      quorum: 0,
      operations: httpOperations,
    }),
  ],
  faults: [
    crashes({ of: 'lb', every: seconds(1), for: [ms(200), seconds(1)] }),
    partitions({ every: seconds(4), for: [ms(300), seconds(2)] }),
  ],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    eventually(operationsSucceed('client'), { within: seconds(8) }),
  ],
  unrestricted: true,
  duration: seconds(8),
  settle: seconds(9),
})

export default loadBalancerRestarts
