// A Redis server with an append-only file on a machine that crashes in the middle of writing. With `appendfsync always` a
// reply waits for the sync of its command, so that nothing acknowledged is ever lost; with `everysec` what is lost is never
// older than the last sync, about a second. `--set isFlawed=true` plants a bug: replies leave before the sync.

import { eventually, fold, kv, linearizable, operationsSucceed } from '../invariants/index.ts'
import { flawedRedis, redisClient, redisOperations } from '../nodes/redis/index.ts'
import {
  crashes,
  type Data,
  type Duration,
  fsyncFailures,
  group,
  type Invariant,
  ms,
  oneOf,
  perSecond,
  type Scenario,
  scenario,
  seconds,
  tornWrites,
} from '../sim/index.ts'

/** How old a write is that `everysec` may lose: a second to the next sync, and the sync itself. */
const lossMax = ms(1500)

const redisDurability: Scenario = scenario({
  title:
    'a Redis server loses no acknowledged write with fsync always, and with everysec none older than the last sync',
  parameters: {
    appendfsync: oneOf('always', 'everysec'),
    rewriteSize: oneOf(2_000, 16_000),
    isFlawed: false,
  },
  nodes: ({ appendfsync, rewriteSize, isFlawed }) => [
    ...group('redis', 1, flawedRedis({ acknowledgesBeforeSync: isFlawed }), {
      restartAfterExit: ms(200),
      parameters: {
        appendonly: 'yes',
        appendfsync,
        'auto-aof-rewrite-min-size': rewriteSize,
      },
    }),
    ...group('client', 3, redisClient({ server: 'redis-1', isAlone: appendfsync === 'everysec', keys: 3 }), {
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
    appendfsync === 'always' ? linearizable(kv, { fail: 'dropped' }) : losesLittle(lossMax),
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default redisDurability

interface Written {
  readonly number: number
  /** When it was asked for, and acknowledged. */
  readonly begun: number
  readonly at: number
}

interface Losses {
  /** What open calls write, by their ids. */
  readonly writing: Map<number, Written>
  /** By key: acknowledged writes since the last one that was certain, oldest first. */
  readonly acknowledged: Map<string, Written[]>
  readonly crashes: number[]
  looked: number
}

/** What was acknowledged longer than `max` before every crash is read afterwards. Each key has one writer, whose numbers grow. */
function losesLittle(max: Duration): Invariant {
  return fold({
    name: 'loses little',
    kinds: ['operation', 'crash'],
    unit: 'reads',
    initial: (): Losses => ({ writing: new Map(), acknowledged: new Map(), crashes: [], looked: 0 }),
    on: (state, event) => {
      if (event.kind === 'crash') {
        if (event.node === 'redis-1') state.crashes.push(event.at)
        return null
      }
      const { id, phase, f, key, value, at } = event
      if (phase === 'invoke' && f === 'put') state.writing.set(id, { number: numberOf(value), begun: at, at })
      if (phase !== 'ok') return null
      const written = state.acknowledged.get(String(key)) ?? []
      state.acknowledged.set(String(key), written)
      if (f === 'get') return judge(state, written, numberOf(value), max)
      const write = state.writing.get(id)
      if (write !== undefined) written.push({ ...write, at })
      return null
    },
    looked: (state) => state.looked,
  })
}

function judge(state: Losses, written: readonly Written[], read: number, max: Duration): string | null {
  state.looked++
  const lost = written.find(
    ({ number, begun, at }) =>
      number > read && !state.crashes.some((crash) => crash >= begun && crash - at <= max),
  )
  return lost === undefined ? null : `an acknowledged write is lost\nnumber ${lost.number}, read ${read}`
}

// The number with which a value begins; 0 for none.
function numberOf(value: Data): number {
  return typeof value === 'string' ? Number.parseInt(value, 10) : 0
}
