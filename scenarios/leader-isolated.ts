// The first leader is cut off as soon as it leads, another is elected, and the first one comes back.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { type Scenario, scenario, seconds } from '../sim/index.ts'

const leaderIsolated: Scenario = scenario({
  title: 'a leader that is cut off from everyone is replaced, and follows when it comes back',
  nodes: () => storeNodes(),
  faults: [
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'both' },
      cuts: 'in-flight',
      when: {
        kind: 'probe',
        where: { name: 'raft.role', 'value.role': 'leader' },
        delay: seconds(2),
        timesMax: 3,
      },
      for: seconds(4),
    },
  ],
  invariants: storeInvariants(),
  duration: seconds(25),
  settle,
})

export default leaderIsolated
