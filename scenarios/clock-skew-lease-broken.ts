// The same leases on a clock that breaks the bound: it runs at half its speed, so that a leader that has been replaced
// still believes in its lease and answers from the past. The violation is what this scenario expects.

import { storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { type Duration, ms, perSecond, type Scenario, scenario, seconds, type Trigger } from '../sim/index.ts'

const whenLeading = (delay: Duration): Trigger => ({
  kind: 'probe',
  where: { name: 'raft.role', 'value.role': 'leader' },
  delay,
  timesMax: 20,
})

const clockSkewLeaseBroken: Scenario = scenario({
  title: 'a clock beyond the stated bound breaks lease reads, and the checker says so',
  nodes: () =>
    storeNodes({
      clients: 6,
      store: { reads: 'lease' },
      client: { keys: 1, mix: { get: 6, put: 4, append: 0, cas: 0, delete: 0 }, rate: perSecond(100) },
    }),
  faults: [
    // The leader's clock runs at half its speed from the moment that it leads; a little later the other replicas lose it,
    // but its clients do not.
    { kind: 'clock-drift', node: '$node', ppm: -500_000, when: whenLeading(ms(10)), for: ms(900) },
    {
      kind: 'partition',
      shape: { kind: 'split', groups: [['$node'], ['$others']] },
      when: whenLeading(ms(200)),
      for: ms(600),
    },
  ],
  invariants: storeInvariants([]),
  expectViolation: 'linearizable kv',
  duration: seconds(4),
})

export default clockSkewLeaseBroken
