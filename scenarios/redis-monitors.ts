// Monitors and the Redis that they watch crash, stand still, are cut off and slow, their clocks jump, and the disks on which they keep
// their votes stand still and fail. Which writes that costs `redis-failover` says; here it is who the master is.

import { masterFinder, monitorsAgree, patience, watchedRedis } from './parts/redis-watched.ts'
import { redisWriter } from './parts/redis-writers.ts'
import { eventually, oneMasterPerEpoch, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  clogs,
  crashes,
  diskErrors,
  fsyncFailures,
  group,
  ms,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
  stalledDisks,
} from '../sim/index.ts'

const redisMonitors: Scenario = scenario({
  title: 'monitors of a Redis make at most one master in an epoch, and agree on it in the end',
  nodes: () => [
    ...watchedRedis({ restartAfterExit: seconds(1) }),
    ...group('client', 2, redisWriter({ find: masterFinder, patience }), {
      quorum: 0,
      operations: ['add', 'read'],
    }),
  ],
  faults: [
    { kind: 'crash', node: 'redis-1', at: seconds(4), for: seconds(3) },
    // Longer than monitors wait before they take a server for down.
    crashes({ of: 'redis', every: seconds(3), for: [seconds(1), seconds(3)], disk: 'lost' }),
    pauses({ of: 'redis', every: seconds(4), for: [seconds(1), seconds(3)] }),
    partitions({ every: seconds(5), for: [seconds(1), seconds(3)] }),
    clogs({ every: seconds(6) }),
    crashes({ of: 'sentinel', every: seconds(5), for: [ms(100), seconds(1)], disk: 'lost' }),
    clockSteps({ every: seconds(1) }),
    clockDrifts(),
    stalledDisks({ of: 'sentinel', every: seconds(4), for: [seconds(1), seconds(3)] }),
    diskErrors({ of: 'sentinel', every: seconds(4), for: [seconds(1), seconds(3)] }),
    fsyncFailures({ of: 'sentinel', every: seconds(4), for: [seconds(1), seconds(3)] }),
  ],
  // A monitor that cannot read for whom it voted ends itself.
  exitsAllowed: [1],
  invariants: [
    oneMasterPerEpoch,
    monitorsAgree,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(15),
  settle: seconds(12),
})

export default redisMonitors
