// Back-ends crash behind a balancer under load, with resets or in silence. What was not sent to them, and what may be sent twice, goes
// to another one: lost is only what a crashed back-end was doing and nobody may repeat.
// `--set retries=0` shows what is lost without.

import { balancer, lostOnlyWithTheCrashed, repeatableIsAnswered, serverNames } from './parts/balanced.ts'
import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { crashes, group, ms, pauses, type Scenario, scenario, seconds } from '../sim/index.ts'

/** Clients that leave retries to the balancer. */
const client = { retriesMax: 0, headerTimeout: seconds(3), bodyTimeout: seconds(3) }

const loadBalancerCrash: Scenario = scenario({
  title: 'back-ends crash behind a balancer, and only what they were doing is lost',
  parameters: { retries: 2 },
  nodes: ({ retries }) => [
    ...group('server', 3, httpServer()),
    balancer('lb', serverNames(3), { retriesMax: retries }),
    ...group('client', 2, httpClient({ servers: ['lb'], workers: 2, client }), {
      quorum: 0,
      operations: httpOperations,
    }),
  ],
  faults: [
    crashes({ of: 'server', every: seconds(2), for: [ms(200), seconds(1)] }),
    // Not for so long that it is taken for gone.
    pauses({ of: 'server', every: seconds(4), for: [ms(20), ms(200)] }),
  ],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    lostOnlyWithTheCrashed,
    repeatableIsAnswered,
    eventually(operationsSucceed('client'), { within: seconds(5) }),
  ],
  duration: seconds(10),
  settle: seconds(5),
})

export default loadBalancerCrash
