// Peers that send a byte a second hold connections of a server that has only so many; whoever asks properly is still answered,
// because a head that does not come is not waited for.

import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { othersAreServed } from './parts/others-served.ts'
import { slowPeer } from './parts/slow-peer.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { group, ms, packetLoss, pauses, type Scenario, scenario, seconds } from '../sim/index.ts'

const httpSlowPeers: Scenario = scenario({
  title: 'slow peers hold connections of an HTTP server, and starve nobody',
  parameters: { headerTimeoutMs: 2000 },
  nodes: ({ headerTimeoutMs }) => [
    ...group(
      'server',
      1,
      httpServer({ limits: { connectionsMax: 60, headerTimeout: ms(headerTimeoutMs) } }),
      { quorum: 0 },
    ),
    // Each request on a connection of its own: it has to find a free one.
    ...group('client', 3, httpClient({ servers: ['server-1'], client: { pool: { idleMax: 0 } } }), {
      quorum: 0,
      operations: httpOperations,
    }),
    ...group('peer', 5, slowPeer({ server: 'server-1', every: ms(500) }), { quorum: 0 }),
  ],
  faults: [
    // Where more is lost, it is the network and not the peers that keeps requests from being answered.
    packetLoss({ every: seconds(8), ratio: [0.01, 0.15] }),
    pauses({ of: 'server', every: seconds(4), for: [ms(50), ms(300)] }),
  ],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    othersAreServed,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default httpSlowPeers
