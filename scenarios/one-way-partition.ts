// A leader that is heard and does not hear, then one that hears and is not heard (the outage of Cloudflare, 2020-11-02).

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { eventually, operationsSucceed, stableLeader } from '../invariants/index.ts'
import { type Scenario, scenario, seconds } from '../sim/index.ts'

const whenLeading = (count: number) =>
  ({ kind: 'probe', where: { name: 'raft.role', 'value.role': 'leader' }, delay: seconds(1), count }) as const

const oneWayPartition: Scenario = scenario({
  title: 'one-way cuts around the leader do not stop the store for good',
  nodes: () => storeNodes(),
  faults: [
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'in' },
      when: whenLeading(1),
      for: seconds(5),
    },
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'out' },
      when: whenLeading(2),
      for: seconds(5),
    },
    {
      kind: 'partition',
      shape: { kind: 'one-way', from: ['store-1', 'store-2'], to: ['store-3'] },
      at: seconds(14),
      for: seconds(4),
    },
  ],
  invariants: [
    ...storeInvariants([operationsSucceed('client')]),
    eventually(stableLeader({ lasting: seconds(2) }), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle,
})

export default oneWayPartition
