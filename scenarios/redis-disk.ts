// A Redis server whose disk fills up, stalls, is slow, and fails in reads, writes and syncs, on a machine that crashes as well. With
// `appendfsync always` it ends itself rather than acknowledge what is not synced; with `everysec` and with snapshots it refuses
// writes (MISCONF) until the disk works again, and what a crash loses is young but for the time in which nothing could be synced.
// `--set isFlawed=true` plants a bug: replies leave before the sync; `--set takesWrites=true` another: writes are not refused.

import { losesLittle } from './parts/loses-little.ts'
import { refusedWritesAreNotSeen, refusesAsRedisDoes, refusesWhileFull } from './parts/redis-refusals.ts'
import { eventually, kv, linearizable, operationsSucceed } from '../invariants/index.ts'
import { flawedRedis, redisOperations, redisWorkload } from '../nodes/redis/index.ts'
import {
  crashes,
  diskErrors,
  fsyncFailures,
  fullDisks,
  group,
  ms,
  oneOf,
  type Scenario,
  scenario,
  seconds,
  slowDisks,
  stalledDisks,
} from '../sim/index.ts'

/** How old what is lost may be: a second to the next sync or snapshot, and that itself. */
const lossMax = ms(1500)

const settings = {
  always: { appendonly: 'yes', appendfsync: 'always' },
  everysec: { appendonly: 'yes', appendfsync: 'everysec' },
  snapshots: { appendonly: 'no', save: '1 1' },
} as const

/** How long it takes after a disk works again until it is used: it is tried each second, snapshots every five. */
const recovery = { always: ms(0), everysec: ms(1200), snapshots: ms(5500) } as const

const redisDisk: Scenario = scenario({
  title: 'Redis on a disk that is full, stalls and fails refuses writes, and keeps what it promised to keep',
  parameters: {
    durability: oneOf('everysec', 'always', 'snapshots'),
    rewriteSize: oneOf(2_000, 16_000),
    isFlawed: false,
    takesWrites: false,
  },
  nodes: ({ durability, rewriteSize, isFlawed, takesWrites }) => [
    ...group('redis', 1, flawedRedis({ acknowledgesBeforeSync: isFlawed, ignoresErrors: takesWrites }), {
      restartAfterExit: ms(200),
      parameters: { ...settings[durability], 'auto-aof-rewrite-min-size': rewriteSize },
    }),
    ...group('client', 3, redisWorkload({ server: 'redis-1', isAlone: durability !== 'always', keys: 3 }), {
      quorum: 0,
      operations: redisOperations,
    }),
  ],
  faults: [
    fullDisks({ of: 'redis', every: seconds(5), for: [seconds(2), seconds(5)] }),
    stalledDisks({ of: 'redis', every: seconds(10), for: [ms(100), seconds(2)] }),
    slowDisks({ of: 'redis', every: seconds(10), for: [ms(500), seconds(3)] }),
    diskErrors({ of: 'redis', every: seconds(10), for: [ms(100), seconds(2)] }),
    fsyncFailures({ of: 'redis', every: seconds(10), for: [ms(100), seconds(1)] }),
    crashes({ of: 'redis', every: seconds(6), for: [ms(100), ms(600)], disk: 'lost' }),
  ],
  // A server alone has no quorum: it may be down, and comes back.
  unrestricted: true,
  // A server that cannot load its files, or with `always` write them, ends itself, as Redis does.
  exitsAllowed: [1],
  invariants: ({ durability }) => [
    refusedWritesAreNotSeen,
    ...(durability === 'always'
      ? [linearizable(kv, { fail: 'dropped' })]
      : [
          refusesAsRedisDoes,
          refusesWhileFull('redis-1'),
          losesLittle('redis-1', lossMax, recovery[durability]),
        ]),
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(25),
  settle: seconds(12),
})

export default redisDisk
