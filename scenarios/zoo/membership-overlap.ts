// Members that change one at a time, as first published: two leaders begin different changes from the same members, and a
// majority of what the one makes of them need not overlap with a majority of what the other makes. With four servers one
// leader removes a server and is cut off, the next one removes another and commits that with a single vote besides its own,
// and the first one is elected by the remaining two. Fixed as by Ongaro: a leader changes members only once it has
// committed an entry of its own term.

import type { ZooBug } from './bug.ts'
import { committedOnce, rightRules, smallRaft, smallRaftClient } from './parts/small-raft.ts'
import {
  group,
  ms,
  type NodeId,
  partitions,
  type Scenario,
  scenario,
  seconds,
  within,
} from '../../sim/index.ts'

const servers: readonly NodeId[] = ['server-1', 'server-2', 'server-3', 'server-4']

const client = smallRaftClient(servers, ms(80), [
  [1, 'add'],
  [2, 'change-voters'],
])

const membershipOverlap: Scenario = scenario({
  title: 'two leaders change the members, one server each, and their majorities do not overlap',
  parameters: { isFixed: false, cutFor: within(ms(300), ms(800)) },
  nodes: ({ isFixed }) => [
    ...group('server', servers.length, smallRaft({ ...rightRules, changesAtOnce: !isFixed })),
    ...group('client', 2, client, { quorum: 0, operations: ['add', 'change-voters'] }),
  ],
  faults: ({ cutFor }) => [
    // The first leader is out of reach once it has begun its change.
    {
      kind: 'partition',
      shape: { kind: 'isolate', node: '$node', direction: 'both' },
      for: cutFor,
      when: { kind: 'probe', where: { name: 'proposed', 'value.isChange': true }, timesMax: 20 },
    },
    partitions({ of: 'server', every: ms(2500), for: [ms(500), ms(1500)], shapes: ['minority'] }),
  ],
  // Cuts into two halves, and a cut while a leader has not come back from the one before.
  unrestricted: true,
  invariants: [committedOnce],
  duration: seconds(15),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'membership-overlap',
  source:
    'Diego Ongaro, "bug in single-server membership changes", raft-dev mailing list, 10 July 2015 (found by Huanchen Zhang and Brandon Amos)',
  invariant: 'one entry is committed at an index',
  seedsMax: 200,
  scenario: membershipOverlap,
}

export default membershipOverlap
