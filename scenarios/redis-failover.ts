// A master is cut off together with a client of its own; monitors make a replica the master, and the old one follows it when
// the cut heals. What the old master acknowledged meanwhile is lost: replication is asynchronous, and this is what it promises.
// The violation is what this scenario expects.

import { masterFinder, patience, sentinels, watchedRedis } from './parts/redis-watched.ts'
import { acknowledgedAddsSurvive, redisWriter } from './parts/redis-writers.ts'
import { group, type Scenario, scenario, seconds } from '../sim/index.ts'

const redisFailover: Scenario = scenario({
  title: 'a failover loses what the old master acknowledged and had not sent, and the checker says so',
  nodes: () => [
    ...watchedRedis({}),
    ...group('client', 3, redisWriter({ find: masterFinder, patience }), { quorum: 0 }),
  ],
  faults: [
    {
      kind: 'partition',
      shape: {
        kind: 'split',
        groups: [
          ['redis-1', 'client-1'],
          ['redis-2', 'redis-3', ...sentinels, 'client-2', 'client-3'],
        ],
      },
      cuts: 'later',
      at: seconds(4),
      for: seconds(6),
    },
  ],
  invariants: [acknowledgedAddsSurvive],
  expectViolation: 'acknowledged adds survive',
  duration: seconds(14),
  settle: seconds(6),
})

export default redisFailover
