// The same leases on a clock that breaks the bound: it runs at a fraction of its speed, so that a leader that was replaced
// long ago still believes in its lease and answers from the past. The violation is what this scenario expects.

import { storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { type Scenario, scenario, seconds } from '../sim/index.ts'

const clockSkewLeaseBroken: Scenario = scenario({
  title: 'a clock beyond the stated bound breaks lease reads, and the checker says so',
  nodes: () =>
    storeNodes({ clients: 6, store: { reads: 'lease' }, client: { keys: 1, mix: { get: 6, put: 4 } } }),
  faults: [
    // The leader's own clock almost stands still from the moment that it leads; right after, the other replicas lose it,
    // but its clients do not.
    {
      kind: 'clock-drift',
      node: '$node',
      ppm: -950_000,
      when: { kind: 'probe', where: { name: 'raft.role', 'value.role': 'leader' }, delay: seconds(1) },
      for: seconds(10),
    },
    {
      kind: 'partition',
      shape: { kind: 'split', groups: [['$node'], ['$others']] },
      when: { kind: 'probe', where: { name: 'raft.role', 'value.role': 'leader' }, delay: seconds(1.1) },
      for: seconds(8),
    },
  ],
  invariants: storeInvariants(),
  expectViolation: 'linearizable kv',
  duration: seconds(15),
})

export default clockSkewLeaseBroken
