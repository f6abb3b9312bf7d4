// A limit of memory on a Raft log: what one replica evicts or refuses the others would have taken.

import { expect, test } from 'vitest'

import { RedisClient, raftRedis, redisPort, type Reply } from '../index.ts'
import { group, ms, node, run, scenario, seconds } from '../../../sim/index.ts'

test.each(['noeviction', 'allkeys-lru'])('nothing is refused or lost with %s', async (policy) => {
  const replies: Reply[] = []
  const parameters = { maxmemory: 2000, 'maxmemory-policy': policy, group: ['redis-1'] }
  const told = scenario({
    title: 'more than fits',
    nodes: () => [
      ...group('redis', 1, raftRedis(), { parameters }),
      node('client', async (env) => {
        const client = new RedisClient(env, { host: 'redis-1', port: redisPort })
        const call = (...args: readonly string[]): Promise<Reply> => client.call(args, seconds(1))
        await env.sleep(seconds(2))
        for (let i = 0; i < 60; i++) replies.push(await call('SET', `k${i}`, 'v'.repeat(100)))
        replies.push(await call('DBSIZE'))
        await env.sleep(ms(1))
      }),
    ],
    duration: seconds(8),
  })
  await run(told, { seed: 1, isChecked: false })
  expect(replies.at(-1)).toMatchObject({ kind: 'integer', value: 60 })
  expect(replies.slice(0, -1).every(({ kind }) => kind === 'simple')).toBe(true)
})
