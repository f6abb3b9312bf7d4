// Monitors of a Redis that fail a master over make at most one in an epoch.

import { fold } from '../fold.ts'
import type { Data, DataRecord, Invariant } from '../../sim/index.ts'

/**
 * Whom monitors take for the master called so in an epoch is one server, over probes `sentinel.master` {name, host, port, epoch}: a
 * majority of votes is needed to make a master, and nobody votes twice in an epoch, whatever they forget.
 */
export const oneMasterPerEpoch: Invariant = fold({
  name: 'at most one master in an epoch',
  kinds: ['probe'],
  unit: 'probes sentinel.master',
  initial: () => ({
    masters: new Map<string, { readonly master: string; readonly by: string }>(),
    looked: 0,
  }),
  on: (state, { name, node, value }) => {
    if (name !== 'sentinel.master' || !isRecord(value)) return null
    const { name: of = '', host, port, epoch } = value
    if (typeof host !== 'string' || typeof port !== 'number' || typeof epoch !== 'number') return null
    state.looked++
    const master = `${host}:${port}`
    const place = JSON.stringify([of, epoch])
    const known = state.masters.get(place)
    if (known === undefined) state.masters.set(place, { master, by: node })
    return known === undefined || known.master === master
      ? null
      : `${node} takes ${master} for the master of epoch ${epoch}, and ${known.by} took ${known.master}`
  },
  looked: ({ looked }) => looked,
})

function isRecord(value: Data): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
