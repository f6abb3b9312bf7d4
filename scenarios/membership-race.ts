// The schedule of the published bug in single-server membership changes (Ongaro, raft-dev, 2015-07-10): a leader begins a
// change and is cut off, another one begins another change before it has committed anything of its own term, and without
// the published fix the two majorities need not meet. `--set mutant=change-too-early` takes the fix away.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { ms, perSecond, type Scenario, scenario, seconds } from '../sim/index.ts'

const membershipRace: Scenario = scenario({
  title: 'membership changes that race each other never make two majorities',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) =>
    storeNodes({
      mutant,
      clients: 2,
      client: { keys: 2, rate: perSecond(20) },
      store: { votersMax: 4 },
      isAdministered: true,
      admin: { every: ms(200), transferRatio: 0.05 },
    }),
  faults: [
    // A new leader cannot reach one of the others at first, ...
    {
      kind: 'partition',
      shape: { kind: 'one-way', from: ['$node'], to: ['$one(store)'] },
      cuts: 'in-flight',
      when: { kind: 'probe', where: { name: 'raft.role', 'value.role': 'leader' }, timesMax: 30 },
      for: ms(2500),
    },
    // ... whoever takes a new configuration into use is cut off, ...
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'both' },
      cuts: 'in-flight',
      when: { kind: 'probe', where: { name: 'raft.config' }, count: 6, timesMax: 30 },
      for: ms(800),
    },
    // ... and once a server that appends.
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'both' },
      cuts: 'in-flight',
      when: { kind: 'probe', where: { name: 'raft.append' }, count: 40 },
      for: ms(700),
    },
  ],
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default membershipRace
