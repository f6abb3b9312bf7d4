// Replica after replica moves to the next protocol version while clients go on; both versions talk to each other.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { packetLoss, type Scenario, scenario, seconds, upgrades } from '../sim/index.ts'

const rollingUpgrade: Scenario = scenario({
  title: 'a rolling upgrade between two protocol versions goes unnoticed by clients',
  nodes: () => storeNodes({ isVersioned: true }),
  faults: [upgrades({ of: 'store', every: seconds(3) }), packetLoss({ every: seconds(6) })],
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default rollingUpgrade
