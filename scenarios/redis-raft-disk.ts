// The same Redis as in `redis-raft`, on disks that stall, fail, are full and slow, on machines that stand still, behind links that
// are slow and narrow: a replica whose log cannot be synced ends itself, and the others go on. `--set answersBeforeCommit=true`
// plants a bug.

import { writtenRaftRedis } from './parts/written-raft-redis.ts'
import { acknowledgedAddsSurvive } from './parts/redis-writers.ts'
import { exitsAllowed } from './parts/store-cluster.ts'
import {
  eventually,
  linearizable,
  operationsSucceed,
  raftSafety,
  sameStateAtSameIndex,
  set,
} from '../invariants/index.ts'
import {
  clogs,
  crashes,
  diskErrors,
  fsyncFailures,
  fullDisks,
  ms,
  narrowLinks,
  pauses,
  type Scenario,
  scenario,
  seconds,
  slowDisks,
  stalledDisks,
} from '../sim/index.ts'

const redisRaftDisk: Scenario = scenario({
  title: 'Redis on a Raft log keeps what it acknowledged on disks that fail, and beside slow replicas',
  parameters: { answersBeforeCommit: false },
  nodes: writtenRaftRedis,
  faults: [
    fsyncFailures({ of: 'redis', every: seconds(5), for: [ms(100), seconds(1)] }),
    diskErrors({ of: 'redis', every: seconds(5), for: [ms(100), seconds(1)] }),
    fullDisks({ of: 'redis', every: seconds(6), for: [ms(500), seconds(2)] }),
    stalledDisks({ of: 'redis', every: seconds(5), for: [ms(200), seconds(2)] }),
    slowDisks({ of: 'redis', every: seconds(5), for: [ms(500), seconds(3)] }),
    pauses({ of: 'redis', every: seconds(5), for: [ms(200), seconds(2)] }),
    clogs({ every: seconds(6) }),
    narrowLinks({ every: seconds(6) }),
    crashes({ of: 'redis', every: seconds(6), for: [ms(100), seconds(1)], disk: 'lost' }),
  ],
  exitsAllowed,
  invariants: [
    raftSafety,
    acknowledgedAddsSurvive,
    linearizable(set),
    sameStateAtSameIndex,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(15),
  settle: seconds(12),
})

export default redisRaftDisk
