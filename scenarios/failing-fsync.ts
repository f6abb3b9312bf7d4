// A sync fails, and the pages that it should have written are gone: retrying would report a success that is none
// (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020).

import { exitsAllowed, settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { diskErrors, fsyncFailures, ms, type Scenario, scenario, seconds } from '../sim/index.ts'

const failingFsync: Scenario = scenario({
  title: 'a replica whose fsync fails ends itself rather than acknowledge what it may have lost',
  nodes: () => storeNodes(),
  faults: [
    fsyncFailures({ of: 'store', every: seconds(3), for: [ms(200), seconds(2)] }),
    diskErrors({ of: 'store', every: seconds(8), for: [ms(200), seconds(1)] }),
  ],
  exitsAllowed,
  invariants: storeInvariants(),
  duration: seconds(20),
  settle,
})

export default failingFsync
