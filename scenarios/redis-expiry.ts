// Keys that live for a moment, on a server whose clock jumps and whose power fails, with clients that are slow: a key that somebody
// has seen gone stays gone, also when the clock goes back to before its end, and after a restart.
// `--set hides=true` plants a bug: the server hides what has expired, as a replica does, and removes nothing.

import { expiredStaysGone, redisLeaser } from './parts/redis-leases.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { redis, redisPort } from '../nodes/redis/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  group,
  ms,
  narrowLinks,
  pauses,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const redisExpiry: Scenario = scenario({
  title: 'a key of Redis that has expired stays gone, whichever way the clock jumps',
  parameters: { hides: false },
  nodes: ({ hides }) => [
    ...group('redis', 1, redis, {
      quorum: 0,
      parameters: {
        appendonly: 'yes',
        appendfsync: 'always',
        ...(hides ? { replicaof: `nobody ${redisPort}`, 'replica-read-only': 'no' } : {}),
      },
    }),
    ...group('client', 4, redisLeaser({ server: 'redis-1', patience: ms(500) }), { quorum: 0 }),
  ],
  faults: [
    clockSteps({ of: 'redis', every: seconds(1) }),
    clockDrifts(),
    crashes({ of: 'redis', every: seconds(5), for: [ms(100), ms(600)], disk: 'lost' }),
    pauses({ of: 'client', every: seconds(3), for: [ms(200), seconds(2)] }),
    narrowLinks({ every: seconds(5) }),
  ],
  invariants: [expiredStaysGone, eventually(operationsSucceed('client'), { within: seconds(10) })],
  duration: seconds(20),
  settle: seconds(12),
})

export default redisExpiry
