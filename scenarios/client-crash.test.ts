import { expect, it } from 'vitest'

import { kv, linearizable, raftSafety } from '../invariants/index.ts'
import { kvStore, storeClient } from '../nodes/kv/index.ts'
import { crashes, group, ms, perSecond, run, scenario, seconds } from '../sim/index.ts'

const replicas = ['store-1', 'store-2', 'store-3']

const clientsCrash = scenario({
  title: 'clients crash and are back before their answers come',
  nodes: () => [
    ...group('store', 3, kvStore({ reads: 'index' })),
    ...group('client', 2, storeClient({ replicas, rate: perSecond(400) }), { quorum: 0 }),
  ],
  faults: [crashes({ of: 'client', every: ms(50), for: [ms(0.3), ms(1)] })],
  invariants: [raftSafety, linearizable(kv, { fail: 'dropped' })],
  duration: seconds(8),
  settle: seconds(3),
})

it.each([1, 2])('a client records no answer to what its last incarnation asked (seed %i)', async (seed) => {
  const { outcome, operations } = await run(clientsCrash, { seed })
  expect(outcome.kind).toBe('passed')
  expect(operations.ok).toBeGreaterThan(3000)
})
