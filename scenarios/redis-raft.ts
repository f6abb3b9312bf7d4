// The same clients as in `redis-failover`, on a Redis whose commands go through a Raft log: whatever crashes or is cut off,
// nothing that was acknowledged is lost, and what is read is linearizable. `--set answersBeforeCommit=true` plants a
// bug.

import { writtenRaftRedis } from './parts/written-raft-redis.ts'
import { acknowledgedAddsSurvive } from './parts/redis-writers.ts'
import {
  eventually,
  linearizable,
  operationsSucceed,
  raftSafety,
  sameStateAtSameIndex,
  set,
} from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  ms,
  packetLoss,
  partitions,
  type Scenario,
  scenario,
  seconds,
  tornWrites,
} from '../sim/index.ts'

const redisRaft: Scenario = scenario({
  title: 'Redis on a Raft log loses nothing that it acknowledged, whoever leads',
  parameters: { answersBeforeCommit: false },
  nodes: writtenRaftRedis,
  faults: [
    partitions({ every: seconds(4), for: [ms(200), seconds(3)] }),
    crashes({ of: 'redis', every: seconds(4), for: [ms(100), seconds(1)], disk: 'lost' }),
    tornWrites({ of: 'redis', every: seconds(4), for: [ms(100), seconds(1)] }),
    packetLoss(),
    clockDrifts(),
    clockSteps(),
  ],
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

export default redisRaft
