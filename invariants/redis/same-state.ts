// Replicas of a state machine that have applied the same entries hold the same.

import { fold } from '../fold.ts'
import type { DataRecord, Invariant } from '../../sim/index.ts'

/** Replicas hold the same at each index of their log, over probes `redis.state` {index, digest}. */
export const sameStateAtSameIndex: Invariant = fold({
  name: 'replicas hold the same at the same index',
  kinds: ['probe'],
  unit: 'probes redis.state',
  initial: () => ({
    digests: new Map<number, { readonly digest: number; readonly node: string }>(),
    looked: 0,
  }),
  on: (state, { name, value, node }) => {
    if (name !== 'redis.state') return null
    state.looked++
    const { index, digest } = value as DataRecord
    const known = state.digests.get(Number(index))
    if (known === undefined) state.digests.set(Number(index), { digest: Number(digest), node })
    return known === undefined || known.digest === digest
      ? null
      : `${node} holds something else at index ${Number(index)} than ${known.node}`
  },
  looked: ({ looked }) => looked,
})
