// Replicas crash in the middle of writing, again and again: the tail of a log may be missing, partial or garbled.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { crashes, ms, type Scenario, scenario, seconds, slowDisks, tornWrites } from '../sim/index.ts'

const tornTails: Scenario = scenario({
  title: 'torn and lost unsynced writes never lose what was acknowledged',
  nodes: () => storeNodes({ store: { raft: { compactionThreshold: 128 } } }),
  faults: [
    tornWrites({ of: 'store', every: seconds(2), for: [ms(100), seconds(1)] }),
    crashes({ of: 'store', every: seconds(4), for: [ms(100), seconds(1)], disk: 'lost' }),
    slowDisks({ of: 'store', every: seconds(5) }),
  ],
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default tornTails
