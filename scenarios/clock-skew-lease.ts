// Lease reads while clocks are wrong, but never run faster or slower than the bound that the leases rest on.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import {
  clockDrifts,
  clockSlews,
  clockSteps,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

/** Servers are told that no clock is off by more than this many parts per million. */
const clockDriftMax = 50_000

const clockSkewLease: Scenario = scenario({
  title: 'lease reads stay linearizable while clocks are skewed within the stated bound',
  nodes: () => storeNodes({ store: { reads: 'lease', raft: { clockDriftMax } } }),
  faults: [
    clockSteps({ of: 'store', every: seconds(2) }),
    clockSlews({ of: 'store', every: seconds(4) }),
    clockDrifts({
      of: 'store',
      every: seconds(3),
      for: [seconds(2), seconds(10)],
      ppm: [1000, clockDriftMax],
    }),
    partitions({ of: 'store', every: seconds(4) }),
    pauses({ of: 'store', every: seconds(5) }),
  ],
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default clockSkewLease
