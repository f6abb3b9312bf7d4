// Two replicas and some clients on one side, three replicas and the other clients on the other.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { type Scenario, scenario, seconds } from '../sim/index.ts'

const minorityPartition: Scenario = scenario({
  title: 'a minority with clients of its own loses nothing and invents nothing while it is cut off',
  nodes: () => storeNodes({ clients: 4 }),
  faults: [4, 12].map((start) => ({
    kind: 'partition',
    shape: {
      kind: 'split',
      groups: [
        ['store-1', 'store-2', 'client-1', 'client-2'],
        ['store-3', 'store-4', 'store-5', 'client-3', 'client-4'],
      ],
    },
    cuts: 'in-flight',
    at: seconds(start),
    for: seconds(5),
  })),
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default minorityPartition
