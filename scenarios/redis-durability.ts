// A Redis server with an append-only file on a machine that crashes in the middle of writing. With `appendfsync always` a
// reply waits for the sync of its command, so that nothing acknowledged is ever lost; with `everysec` what is lost is never
// older than the last sync, about a second; with `no` only what was acknowledged before a rewrite is certain. `--set isFlawed=true`
// plants a bug: replies leave before the sync, and with `no` nothing is ever synced.

import { eventually, kv, linearizable, operationsSucceed } from '../invariants/index.ts'
import { keepsRewritten } from './parts/keeps-rewritten.ts'
import { losesLittle } from './parts/loses-little.ts'
import { neverSyncs } from './parts/never-syncs.ts'
import { flawedRedis, redisWorkload, redisOperations } from '../nodes/redis/index.ts'
import {
  crashes,
  fsyncFailures,
  group,
  ms,
  oneOf,
  type Program,
  type Scenario,
  scenario,
  seconds,
  tornWrites,
} from '../sim/index.ts'

/** How old a write is that `everysec` may lose: a second to the next sync, and the sync itself. */
const lossMax = ms(1500)

const promises = {
  always: linearizable(kv, { fail: 'dropped' }),
  everysec: losesLittle('redis-1', lossMax),
  no: keepsRewritten('redis-1'),
}

function server(appendfsync: string, isFlawed: boolean): Program {
  const program = flawedRedis({ acknowledgesBeforeSync: isFlawed })
  return isFlawed && appendfsync === 'no' ? neverSyncs(program) : program
}

const redisDurability: Scenario = scenario({
  title: 'Redis keeps acknowledged writes with fsync always, older ones with everysec, rewritten with no',
  parameters: {
    appendfsync: oneOf('always', 'everysec', 'no'),
    rewriteSize: oneOf(2_000, 16_000),
    isFlawed: false,
  },
  nodes: ({ appendfsync, rewriteSize, isFlawed }) => [
    ...group('redis', 1, server(appendfsync, isFlawed), {
      restartAfterExit: ms(200),
      parameters: {
        appendonly: 'yes',
        appendfsync,
        'auto-aof-rewrite-min-size': rewriteSize,
      },
    }),
    ...group('client', 3, redisWorkload({ server: 'redis-1', isAlone: appendfsync !== 'always', keys: 3 }), {
      quorum: 0,
      operations: redisOperations,
    }),
  ],
  faults: ({ appendfsync }) => [
    tornWrites({ of: 'redis', every: seconds(2), for: [ms(100), seconds(1)] }),
    crashes({ of: 'redis', every: seconds(3), for: [ms(100), ms(600)], disk: 'lost' }),
    ...(appendfsync === 'always'
      ? [fsyncFailures({ of: 'redis', every: seconds(5), for: [ms(50), ms(300)] })]
      : []),
  ],
  // A server alone has no quorum: it may be down, and comes back.
  unrestricted: true,
  // With `always`, a server whose disk fails ends itself, as Redis does.
  exitsAllowed: [1],
  invariants: ({ appendfsync }) => [
    promises[appendfsync],
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default redisDurability
