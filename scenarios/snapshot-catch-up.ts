// A follower is cut off while the others compact their logs, so that what it lacks comes as a snapshot, over a slow link.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { reachable } from '../invariants/index.ts'
import { ms, type Scenario, scenario, seconds } from '../sim/index.ts'

const snapshotCatchUp: Scenario = scenario({
  title: 'a follower that missed what the others have compacted catches up by a snapshot',
  nodes: () =>
    storeNodes({ store: { raft: { compactionThreshold: 64, retainedEntries: 8, snapshotPartMax: 64 } } }),
  faults: [
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: 'store-3', direction: 'both' },
      at: seconds(3),
      for: seconds(6),
    },
    { kind: 'clog', links: { to: ['store-3'] }, factor: 3, added: ms(5), at: seconds(3), for: seconds(12) },
    { kind: 'crash', node: 'store-4', at: seconds(5), for: seconds(5) },
    { kind: 'disk-slow', node: 'store-3', factor: 20, at: seconds(3), for: seconds(12) },
  ],
  invariants: [...storeInvariants(), reachable('raft.install')],
  duration: seconds(18),
  settle,
})

export default snapshotCatchUp
