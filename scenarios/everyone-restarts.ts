// Power fails for the whole room, several times: of the disks only what was synced is certain.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { ms, type Scenario, scenario, seconds } from '../sim/index.ts'

const everyoneRestarts: Scenario = scenario({
  title: 'what was acknowledged survives when all replicas lose power at once',
  nodes: () => storeNodes(),
  faults: [3, 8, 13].map((start) => ({
    kind: 'crash',
    node: '$all(store)',
    connections: 'silent',
    disk: 'drawn',
    at: seconds(start),
    for: ms(800),
  })),
  unrestricted: true,
  invariants: storeInvariants(),
  duration: seconds(18),
  settle,
})

export default everyoneRestarts
