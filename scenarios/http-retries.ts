// HTTP servers crash, hang and are cut off while clients with pools of connections go on asking, and try again what they may.

import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  crashes,
  group,
  packetLoss,
  partitions,
  pauses,
  restarts,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const servers = ['server-1', 'server-2', 'server-3']

const httpRetries: Scenario = scenario({
  title: 'clients of HTTP retry through crashes, get only answers of theirs, and post nothing twice',
  parameters: { isMixedUp: false, repeatsPosts: false },
  nodes: ({ isMixedUp, repeatsPosts }) => [
    ...group('server', servers.length, httpServer({ isMixedUp })),
    ...group('client', 3, httpClient({ servers, repeatsPosts }), { quorum: 0, operations: httpOperations }),
  ],
  faults: [
    crashes({ of: 'server', every: seconds(3) }),
    restarts({ of: 'server', every: seconds(6) }),
    pauses({ of: 'server', every: seconds(4) }),
    partitions({ every: seconds(5) }),
    packetLoss({ every: seconds(5) }),
  ],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default httpRetries
