// Followers read what is ordered as it happens (server-sent events), beside peers that hold connections, while their server crashes, stands
// still and is cut off, and clocks jump: whoever comes back goes on where it was, or is told what is missing.
// `--set bug=forgets-last` plants followers that do not say what they heard last.

import { feedIsWhole, follower } from './parts/order-events.ts'
import { noOrderLost, noOrderTwice, orderAuditor, orderClient } from './parts/orders.ts'
import { slowPeer } from './parts/slow-peer.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { restDemo } from '../nodes/rest/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  group,
  minutes,
  ms,
  node,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const bugs: readonly string[] = ['none', 'forgets-last']
const url = 'http://inventory-1:80'

const restEvents: Scenario = scenario({
  title: 'followers of events hear each once and in order, or that they missed some',
  parameters: { bug: 'none' },
  nodes: ({ bug }) => {
    if (!bugs.includes(bug)) throw new RangeError(`bug: got "${bug}", wanted one of ${bugs.join(', ')}`)
    const forgetsLast = bug === 'forgets-last'
    return [
      // Fewer events are kept than happen while somebody is away for long.
      ...group('inventory', 1, restDemo, { parameters: { items: 3, eventsMax: 20 }, quorum: 0 }),
      ...group('client', 3, orderClient(url), { quorum: 0, operations: ['order'] }),
      ...group('follower', 3, follower({ url, forgetsLast }), { quorum: 0, operations: ['follow'] }),
      ...group('peer', 2, slowPeer({ server: 'inventory-1', every: ms(500) }), { quorum: 0 }),
      node('auditor', orderAuditor(url), { quorum: 0 }),
    ]
  },
  faults: [
    crashes({ of: 'inventory', every: seconds(6), for: [ms(100), seconds(1)] }),
    crashes({ of: 'follower', every: seconds(8), for: [ms(100), seconds(1)] }),
    pauses({ of: 'inventory', every: seconds(5), for: [ms(200), seconds(1.5)] }),
    partitions({ of: 'follower', every: seconds(4), for: [ms(200), seconds(3)] }),
    clockSteps({ every: seconds(1), by: [ms(100), minutes(10)] }),
    clockDrifts({ ppm: [100, 50_000] }),
  ],
  invariants: [
    feedIsWhole,
    noOrderTwice,
    noOrderLost,
    eventually(operationsSucceed(['client', 'follower']), { within: seconds(10) }),
  ],
  duration: seconds(16),
  settle: seconds(12),
})

export default restEvents
