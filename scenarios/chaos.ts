// Everything at once, drawn by the seed: which faults, how the store reads, whether members change, how soon logs are
// compacted. `--set mutant=NAME` plants one of the bugs of nodes/raft/mutants.

import { exitsAllowed, liveness, settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { chaos, clockDrifts, oneOf, type Scenario, scenario, seconds } from '../sim/index.ts'

/** Servers are told that no clock is off by more than this many parts per million. */
const clockDriftMax = 20_000

/**
 * Drifts have a bound of their own here. The store looks no names up, and reads no wall clock: its leases and time-outs go by
 * the monotonic one, which steps and slews leave alone.
 */
const unfitting = ['clockDrifts', 'clockSteps', 'clockSlews', 'staleNames', 'failingNames'] as const

const everythingAtOnce: Scenario = scenario({
  title: 'the store stays linearizable while everything fails at once',
  parameters: {
    reads: oneOf('log', 'index', 'lease'),
    isAdministered: oneOf(false, true),
    compactionThreshold: oneOf(16, 128, 1024),
    sessionsMax: oneOf(8, 1024),
    mutant: 'none',
  },
  nodes: ({ reads, isAdministered, compactionThreshold, sessionsMax, mutant }) =>
    storeNodes({
      isAdministered,
      mutant,
      isVersioned: true,
      store: { reads, sessionsMax, raft: { clockDriftMax, compactionThreshold } },
    }),
  faults: ({ isAdministered }) => [
    // Members that change may leave no more than the damaged disks to vote: the budget counts the group, not the voters.
    ...chaos({
      without: [...unfitting, ...(isAdministered ? (['bitRot', 'misdirectedWrites'] as const) : [])],
    }),
    clockDrifts({ ppm: [20, clockDriftMax] }),
  ],
  // While members change, who the voters are shows only in the run: all of them have to be there.
  liveness: ({ isAdministered }) => ({ ...liveness, ...(isAdministered ? { members: { store: 5 } } : {}) }),
  exitsAllowed,
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default everythingAtOnce
