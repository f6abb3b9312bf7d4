// WATCH on a Raft log: of those that read a value and write the next one at the same time, one at a time gets through.

import { expect, test } from 'vitest'

import { RedisClient, raftRedis, redisPort } from '../index.ts'
import { type Env, group, ms, node, type Program, run, scenario, seconds } from '../../../sim/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']

async function leaderOf(env: Env): Promise<RedisClient> {
  for (let place = 0; ; place++) {
    const host = replicas[place % replicas.length] ?? ''
    const client = new RedisClient(env, { host, port: redisPort })
    const [role] = itemsOf(await client.call(['ROLE'], ms(200)))
    if (role === 'master') return client
    client.close()
    await env.sleep(ms(50))
  }
}

function itemsOf(reply: Awaited<ReturnType<RedisClient['call']>>): readonly string[] {
  return 'items' in reply ? reply.items.map((item) => ('text' in item ? item.text : '')) : []
}

/** Adds one to a counter so many times, by reading it and writing it under WATCH. */
function adder(count: number, done: (who: string) => void): Program {
  return async (env) => {
    const client = await leaderOf(env)
    const call = (...args: readonly string[]): ReturnType<RedisClient['call']> =>
      client.call(args, seconds(1))
    for (let left = count; left > 0;) {
      const [, value] = await Promise.all([call('WATCH', 'n'), call('GET', 'n')])
      const next = String(1 + ('text' in value ? Number(value.text) : 0))
      const [, , , result] = await Promise.all([
        call('MULTI'),
        call('SET', 'n', next),
        call('SET', env.name, next),
        call('EXEC'),
      ])
      if (result?.kind === 'array') left--
      else expect(result).toEqual({ kind: 'null' })
    }
    done(env.name)
  }
}

test('transactions that watch one key, and commands that change it, never undo each other', async () => {
  const done: string[] = []
  const ready = (who: string): void => void done.push(who)
  let last = ''
  const told = scenario({
    title: 'counting',
    nodes: () => [
      ...group('redis', 3, raftRedis()),
      ...group('adder', 6, adder(10, ready), { quorum: 0 }),
      node('plain', async (env) => {
        const client = await leaderOf(env)
        for (let left = 200; left > 0; left--) {
          // Another key now and then: what waits for it has nothing to do with what is watched.
          await client.call(['INCR', left % 4 === 0 ? 'n' : 'other'], seconds(1))
          await env.sleep(ms(2))
        }
        ready('plain')
      }),
      node('reader', async (env) => {
        const client = await leaderOf(env)
        while (done.length < 7) await env.sleep(ms(50))
        const value = await client.call(['GET', 'n'], seconds(1))
        last = 'text' in value ? value.text : ''
      }),
    ],
    duration: seconds(20),
  })
  const { violations } = await run(told, { seed: 1 })
  expect(violations).toEqual([])
  expect([done.length, last]).toEqual([7, '110'])
})
