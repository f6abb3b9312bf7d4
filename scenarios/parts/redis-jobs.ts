// Jobs in a list of Redis, and entries in a stream, for workers that wait for them (BLMOVE, XREADGROUP), crash and are cut off. Who was
// given something and crashed finds it where the server keeps it for them: in a list of their own, among what is pending.
//
// | probe         | value | when                               |
// | ------------- | ----- | ---------------------------------- |
// | `job`         | text  | a worker is done with a job        |
// | `entry.given` | id    | a consumer was given an entry      |
// | `entry`       | id    | it is done with it, and says so now |

import { asked, clientOf, itemsOf, patience, textOf } from './redis-asking.ts'
import { performOn } from './redis-operation.ts'
import { arrive } from '../zoo/parts/arrivals.ts'
import { fold } from '../../invariants/index.ts'
import type { RedisClient } from '../../nodes/redis/index.ts'
import {
  type Data,
  type Duration,
  type Env,
  formatDuration,
  type Invariant,
  ms,
  type NodeId,
  perSecond,
  type Program,
} from '../../sim/index.ts'

/** Where jobs wait, and the stream and its group. */
export const jobs = 'jobs'
export const entries = 'entries'
export const consumers = 'consumers'
const seconds = '1'
const waitMax = ms(1700)

/** What workers leave out or do wrong. */
export interface WorkerFlaws {
  /** A job is taken from where it waits, and nobody keeps it (BRPOP). */
  readonly pops?: boolean
  /** What was given to an earlier connection is not looked for. */
  readonly forgets?: boolean
  /** What was given to others is taken as well. */
  readonly steals?: boolean
  /** What is delivered is not kept until it is acknowledged. */
  readonly isUnkept?: boolean
}

/** Pushes jobs and adds entries, some 20 a second together. */
export function redisProducer(server: string): Program {
  return (env) => {
    const client = clientOf(env, server)
    arrive(env, {
      every: perSecond(20),
      mix: [
        [1, 'push'],
        [1, 'add'],
      ],
      call: async (f, place) => {
        const value = `${env.name}/${place}`
        const args = f === 'push' ? ['LPUSH', jobs, value] : ['XADD', entries, '*', 'job', value]
        const resultOf = f === 'push' ? () => value : textOf
        await performOn(env, client, { f, value, args, resultOf, patience })
      },
    })
  }
}

/** Does jobs, each once it is in a list of its own. */
export function redisWorker(server: string, names: readonly NodeId[], flaws: WorkerFlaws): Program {
  return async (env) => {
    const client = clientOf(env, server, waitMax)
    const mine = `taken by ${env.name}`
    const lists = flaws.steals === true ? names.map((name) => `taken by ${name}`) : [mine]
    const take =
      flaws.pops === true ? ['BRPOP', jobs, seconds] : ['BLMOVE', jobs, mine, 'RIGHT', 'LEFT', seconds]
    for (;;) {
      for (const list of flaws.forgets === true ? [] : lists)
        for (const job of itemsOf(await asked(client, ['LRANGE', list, '0', '-1'])))
          await work(env, client, textOf(job), list)
      const taken = await asked(client, take, waitMax)
      if (taken === null) await env.sleep(ms(50))
      else if (taken.kind !== 'null') await work(env, client, textOf(itemsOf(taken)[1] ?? taken), mine)
    }
  }
}

async function work(env: Env, client: RedisClient, job: string, list: string): Promise<void> {
  if (job === '') return
  await env.sleep(ms(env.random.int(0, 150)))
  env.probe('job', job)
  await asked(client, ['LREM', list, '1', job])
}

/** Acknowledges entries that its group is given. */
export function redisConsumer(server: string, { forgets, steals, isUnkept }: WorkerFlaws): Program {
  return async (env) => {
    const client = clientOf(env, server, waitMax)
    const read = ['XREADGROUP', 'GROUP', consumers, env.name, 'COUNT', '1', 'BLOCK', '1000']
    const keep = isUnkept === true ? ['NOACK'] : []
    for (;;) {
      if (forgets !== true) await acknowledge(env, client, [...read, 'STREAMS', entries, '0'])
      if (steals === true)
        await asked(client, ['XAUTOCLAIM', entries, consumers, env.name, '0', '0', 'COUNT', '5'])
      if (!(await acknowledge(env, client, [...read, ...keep, 'STREAMS', entries, '>']))) {
        // There may be no group yet.
        await env.sleep(ms(50))
        await asked(client, ['XGROUP', 'CREATE', entries, consumers, '0', 'MKSTREAM'])
      }
    }
  }
}

/** Whether there was an answer. */
async function acknowledge(env: Env, client: RedisClient, read: readonly string[]): Promise<boolean> {
  const reply = await asked(client, read, waitMax)
  for (const entry of itemsOf(itemsOf(itemsOf(reply)[0])[1])) {
    const id = textOf(itemsOf(entry)[0])
    env.probe('entry.given', id)
    await env.sleep(ms(env.random.int(0, 150)))
    env.probe('entry', id)
    const args = ['XACK', entries, consumers, id]
    await performOn(env, client, { f: 'acknowledge', value: id, args, resultOf: () => id, patience })
  }
  return reply !== null
}

/** What is given to one is given to nobody else: `probe` is published by whoever was given such a thing. */
export function givenToOne(thing: string, probe: string): Invariant {
  return fold({
    name: `each ${thing} is given to one`,
    kinds: ['probe'],
    unit: `probes ${probe}`,
    initial: () => ({ given: new Map<Data, NodeId>(), looked: 0 }),
    on: (state, { name, value, node }) => {
      if (name !== probe) return null
      state.looked++
      const first = state.given.get(value) ?? node
      state.given.set(value, first)
      return first === node
        ? null
        : `${thing} was given to two\n${JSON.stringify(value)}: ${first} and ${node}`
    },
    looked: ({ looked }) => looked,
  })
}

/** What was acknowledged to who put it there (`f`) is done by somebody, who publishes `probe`, before so much time has gone by. */
export function nothingStaysBehind(probe: string, f: string, within: Duration): Invariant {
  return fold({
    name: `no ${probe} is lost or stays behind`,
    kinds: ['operation', 'probe'],
    unit: `operations ${f}`,
    initial: () => ({ given: new Set<Data>(), open: new Map<Data, number>(), looked: 0 }),
    on: (state, event) => {
      if (event.kind === 'probe' && event.name === probe) {
        state.given.add(event.value)
        state.open.delete(event.value)
      }
      if (event.kind !== 'operation' || event.f !== f) return null
      if (event.phase === 'ok' && event.value !== undefined) {
        state.looked++
        if (!state.given.has(event.value)) state.open.set(event.value, event.at)
      }
      const [oldest] = state.open
      if (oldest === undefined || event.at - oldest[1] <= within) return null
      return `${probe} was done by nobody within ${formatDuration(within)}\n${JSON.stringify(oldest[0])}`
    },
    looked: ({ looked }) => looked,
  })
}
