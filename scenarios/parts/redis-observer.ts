// Who looks at a Redis from outside, at several things in one instant, and what must be true of them.
//
// | probe        | value                                      | when                                                            |
// | ------------ | ------------------------------------------ | --------------------------------------------------------------- |
// | `redis.seen` | {queued, waiting, deaf, delivered, pending} | five times a second: jobs that wait, and those who wait for one; what waits for each who does not read; the last entry that was delivered, and which of them are pending |

import { asked, clientOf, itemsOf, textOf } from './redis-asking.ts'
import { consumers, entries, jobs } from './redis-jobs.ts'
import { fold } from '../../invariants/index.ts'
import type { Reply } from '../../nodes/redis/index.ts'
import {
  type DataRecord,
  type Duration,
  formatDuration,
  type Invariant,
  ms,
  type Program,
} from '../../sim/index.ts'

interface Seen extends DataRecord {
  readonly queued: number
  readonly waiting: number
  /** By client: how many bytes wait. */
  readonly deaf: readonly (readonly [id: string, bytes: number])[]
  readonly delivered: string
  readonly pending: readonly string[]
}

/** Looks five times a second. */
export function redisObserver(server: string): Program {
  return async (env) => {
    const client = clientOf(env, server)
    const commands = [
      ['LLEN', jobs],
      ['CLIENT', 'LIST'],
      ['XINFO', 'GROUPS', entries],
      ['XPENDING', entries, consumers, '-', '+', '10000'],
    ]
    for (;;) {
      await env.sleep(ms(200))
      const all = await Promise.all([['MULTI'], ...commands, ['EXEC']].map((args) => asked(client, args)))
      const seen = seenIn(itemsOf(all.at(-1)))
      if (seen !== null) env.probe('redis.seen', seen)
    }
  }
}

function seenIn([queued, clients, groups, pending]: readonly Reply[]): Seen | null {
  const group = itemsOf(itemsOf(groups)[0])
  const place = group.findIndex((each) => textOf(each) === 'last-delivered-id')
  if (place < 0) return null
  const lines = textOf(clients).split('\n')
  return {
    queued: Number(textOf(queued)),
    waiting: lines.filter((line) => / flags=b .* cmd=blmove /.test(line)).length,
    deaf: lines.flatMap((line) => {
      const [, id, bytes] = /^id=(\d+) .* name=deaf .* omem=(\d+) /.exec(line) ?? []
      return id === undefined ? [] : [[id, Number(bytes)] as const]
    }),
    delivered: textOf(group[place + 1]),
    pending: itemsOf(pending).map((each) => textOf(itemsOf(each)[0])),
  }
}

/** Nobody waits for a job while one waits for somebody. */
export const nobodyWaitsInVain: Invariant = fold({
  name: 'nobody waits while there is a job',
  kinds: ['probe'],
  unit: 'looks while somebody waited',
  initial: () => ({ looked: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'redis.seen') return null
    const { queued, waiting } = value as Seen
    if (waiting > 0) state.looked++
    return queued === 0 || waiting === 0 ? null : `jobs wait, and so do workers\n${queued}, and ${waiting}`
  },
  looked: ({ looked }) => looked,
})

/** No more than `hard` bytes wait for who does not read. */
export function waitingIsBounded(hard: number): Invariant {
  return fold({
    name: 'what waits for who does not read is bounded',
    kinds: ['probe'],
    unit: 'looks at who does not read',
    initial: () => ({ looked: 0 }),
    on: (state, { name, value }) => {
      if (name !== 'redis.seen') return null
      const { deaf } = value as Seen
      state.looked += deaf.filter(([, bytes]) => bytes > 0).length
      const over = deaf.find(([, bytes]) => bytes > hard)
      return over === undefined ? null : `too much waits for who does not read\n${over[1]} bytes`
    },
    looked: ({ looked }) => looked,
  })
}

/** Who does not read, and for whom more than `soft` bytes wait, is ended within a time. */
export function whoDoesNotReadIsEnded(soft: number, within: Duration): Invariant {
  return fold({
    name: 'who does not read is ended',
    kinds: ['probe'],
    unit: 'looks at who is beyond the limit',
    initial: () => ({ since: new Map<string, number>(), looked: 0 }),
    on: (state, { name, value, at }) => {
      if (name !== 'redis.seen') return null
      const { deaf } = value as Seen
      const since = new Map<string, number>()
      for (const [id, bytes] of deaf) if (bytes > soft) since.set(id, state.since.get(id) ?? at)
      state.since = since
      state.looked += since.size
      const late = [...since.values()].some((each) => at - each > within)
      return late ? `who does not read was not ended within ${formatDuration(within)}` : null
    },
    looked: ({ looked }) => looked,
  })
}

/** What was delivered is pending until somebody acknowledges it. */
export const deliveredIsPending: Invariant = fold({
  name: 'what was delivered is pending until it is acknowledged',
  kinds: ['operation', 'probe'],
  unit: 'entries that were pending',
  initial: () => ({ open: new Set<string>(), acknowledged: new Set<string>(), looked: 0 }),
  on: (state, event) => {
    if (event.kind === 'operation') {
      const id = typeof event.value === 'string' ? event.value : ''
      // Who was given it may be done with it before who added it has heard.
      if (event.f === 'add' && event.phase === 'ok' && !state.acknowledged.has(id)) state.open.add(id)
      if (event.f === 'acknowledge' && event.phase === 'invoke') {
        state.acknowledged.add(id)
        state.open.delete(id)
      }
      return null
    }
    if (event.name !== 'redis.seen') return null
    const { delivered, pending } = event.value as Seen
    const kept = new Set(pending)
    state.looked += kept.size
    const lost = [...state.open].find((id) => isUpTo(id, delivered) && !kept.has(id))
    return lost === undefined ? null : `a delivered entry is neither pending nor acknowledged\n${lost}`
  },
  looked: ({ looked }) => looked,
})

function isUpTo(id: string, last: string): boolean {
  const [[ms1 = 0, seq1 = 0], [ms2 = 0, seq2 = 0]] = [id.split('-').map(Number), last.split('-').map(Number)]
  return ms1 < ms2 || (ms1 === ms2 && seq1 <= seq2)
}
