// Peers hold connections of a balancer by heads that never end, and one of its back-ends takes requests and answers none. Others are
// served: a head is waited for only so long, and who answers nothing is left out for a while.
// `--set headerTimeoutMs=3600000` or `outliers=false` takes one of these away.

import { balancer, serverNames } from './parts/balanced.ts'
import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { othersAreServed } from './parts/others-served.ts'
import { readOver, slowPeer } from './parts/slow-peer.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import type { HttpClientOptions } from '../nodes/http/index.ts'
import {
  group,
  ms,
  node,
  packetLoss,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

/** Takes connections and whatever is said on them. */
const silent: Program = async (env) => {
  for await (const connection of await env.net.listen(80)) env.spawn(() => readOver(connection))
}

/**
 * Each request has a connection of its own: it has to find a free one. And it waits for longer than the three attempts of a balancer
 * take: one that its client gives up says nothing of the back-end that had it.
 */
const patient: HttpClientOptions = { headerTimeout: ms(2500), pool: { idleMax: 0 } }

const loadBalancerSlowPeers: Scenario = scenario({
  title: 'slow clients and a back-end that answers nothing starve nobody behind a balancer',
  parameters: { headerTimeoutMs: 2000, outliers: true },
  nodes: ({ headerTimeoutMs, outliers }) => [
    ...group('server', 3, httpServer()),
    node('silent', silent),
    balancer('lb', [...serverNames(3), 'silent'], {
      headerTimeoutMs,
      outliers,
      connectionsMax: 60,
      ejectedForMs: 5000,
    }),
    ...group('client', 3, httpClient({ servers: ['lb'], client: patient }), {
      quorum: 0,
      operations: httpOperations,
    }),
    ...group('peer', 5, slowPeer({ server: 'lb', every: ms(500) }), { quorum: 0 }),
  ],
  faults: [
    // More, for seconds, would lose more than a few requests by itself.
    packetLoss({ every: seconds(5), ratio: [0.01, 0.2] }),
    pauses({ of: 'server', every: seconds(2), for: [ms(50), ms(300)] }),
  ],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    othersAreServed,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(15),
  settle: seconds(12),
})

export default loadBalancerSlowPeers
