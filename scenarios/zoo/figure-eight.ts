// Figure 8 of the Raft paper: a leader finds an entry of an older term on a majority and takes it for committed; a server
// that has an entry of a newer term, though nobody else has it, may still be elected and overwrites it. Fixed as in section
// 5.4.2: a leader counts copies only of entries of its own term, which commit all that stands before them.

import type { ZooBug } from './bug.ts'
import { committedOnce, rightRules, smallRaft, smallRaftClient } from './parts/small-raft.ts'
import { group, ms, type NodeId, type Scenario, scenario, seconds, within } from '../../sim/index.ts'

const servers: readonly NodeId[] = ['server-1', 'server-2', 'server-3']

const figureEight: Scenario = scenario({
  title:
    'a leader takes an entry of an older term for committed because a majority has it, and another one overwrites it',
  parameters: { isFixed: false, cutFor: within(ms(300), ms(600)) },
  nodes: ({ isFixed }) => [
    ...group('server', servers.length, smallRaft({ ...rightRules, countsOldTerms: !isFixed })),
    ...group('client', 2, smallRaftClient(servers, ms(200), [[1, 'add']]), {
      quorum: 0,
      operations: ['add'],
    }),
  ],
  // As in the figure: each leader is out of reach for a while once it has an entry, and before anybody else has it.
  faults: ({ cutFor }) => [
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'both' },
      for: cutFor,
      when: { kind: 'probe', where: { name: 'proposed' }, timesMax: 20 },
    },
  ],
  // Two of the figure's leaders are out of reach at the same time.
  unrestricted: true,
  invariants: [committedOnce],
  duration: seconds(12),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'figure-eight',
  source:
    'Diego Ongaro and John Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC 2014, section 5.4.2 and figure 8',
  invariant: 'one entry is committed at an index',
  seedsMax: 200,
  scenario: figureEight,
}

export default figureEight
