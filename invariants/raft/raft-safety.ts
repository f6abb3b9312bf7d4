// Raft's safety properties (figure 3 of the extended paper) over what servers publish: the probes of probe.ts.

import type { Invariant } from '../../sim/index.ts'
import type { RaftProperty } from './problem.ts'
import { RaftFold } from './raft-fold.ts'

const allProperties: readonly RaftProperty[] = [
  'election safety',
  'leader append-only',
  'log matching',
  'leader completeness',
  'state machine safety',
  'one vote per term',
  'committed entries stay',
  'committed entries survive',
  'commit by own term',
]

/** All safety properties of Raft in one pass; a violation's message begins with the property's name. */
export const raftSafety: Invariant = raftInvariant('raft safety', allProperties)

/** At most one leader in a term (figure 3). */
export const electionSafety: Invariant = single('election safety')

/** A leader never removes or overwrites entries of its log (figure 3). */
export const leaderAppendOnly: Invariant = single('leader append-only')

/** Logs with an entry of the same index and term are identical up to it (figure 3). */
export const logMatching: Invariant = single('log matching')

/** An entry committed in a term is in the logs of the leaders of all later terms (figure 3). */
export const leaderCompleteness: Invariant = single('leader completeness')

/** No two servers apply different entries at an index, and each applies in order (figure 3). */
export const stateMachineSafety: Invariant = single('state machine safety')

/** A server votes at most once in a term, and remembers it across crashes (section 5.2). */
export const oneVotePerTerm: Invariant = single('one vote per term')

/** No server removes a committed entry that it holds (it follows from leader completeness). */
export const committedEntriesStay: Invariant = single('committed entries stay')

/**
 * What is committed stays on a majority of the voters' disks. Unlike the others it holds only as far as disks keep what was
 * synced: for runs in which they do not, `raftProperties` names the rest.
 */
export const committedEntriesSurvive: Invariant = single('committed entries survive')

/** A leader counts replicas only of entries of its own term; older ones are committed by those (section 5.4.2, figure 8). */
export const commitByOwnTerm: Invariant = single('commit by own term')

/** The safety properties named, in one pass. */
export function raftProperties(...properties: readonly RaftProperty[]): Invariant {
  return raftInvariant(`raft ${properties.join(', ')}`, properties)
}

function single(property: RaftProperty): Invariant {
  return raftInvariant(`raft ${property}`, [property])
}

function raftInvariant(name: string, properties: readonly RaftProperty[]): Invariant {
  return { name, kinds: ['probe'], unit: 'probes raft.*', begin: () => new RaftFold(properties) }
}
