// An admin keeps adding, removing and replacing members while machines and links fail.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { crashes, partitions, pauses, type Scenario, scenario, seconds } from '../sim/index.ts'

const membershipChange: Scenario = scenario({
  title: 'members come and go under faults, and there is never more than one leader in a term',
  nodes: () => storeNodes({ replicas: 5, isAdministered: true, store: { votersMax: 3 } }),
  faults: [
    partitions({ of: 'store', every: seconds(4), shapes: ['minority', 'isolate', 'one-way'] }),
    crashes({ of: 'store', every: seconds(6) }),
    pauses({ of: 'store', every: seconds(8) }),
  ],
  invariants: storeInvariants(),
  duration: seconds(25),
  settle,
})

export default membershipChange
