// Which replica a failover chooses: `replica-priority` comes first, and 0 is never chosen.

import { expect, test } from 'vitest'

import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../index.ts'
import { preferred, type WatchedServer } from './watched-server.ts'
import { shown } from '../testing/wire.ts'
import { type Env, ms, node, run, scenario, seconds } from '../../../sim/index.ts'

const patient = { 'repl-timeout': 2, 'repl-ping-replica-period': 1 }

/** The master that monitors name at last, where the first one ends and replicas have priorities. */
async function elected(priorities: readonly number[]): Promise<string> {
  let told = ''
  const replicas = priorities.map((_, place) => `redis-${place + 2}`)
  const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3']
  const story = scenario({
    title: 'priorities',
    nodes: () => [
      node('redis-1', redis, { parameters: patient }),
      ...replicas.map((name, place) =>
        node(name, redis, {
          parameters: {
            ...patient,
            replicaof: `redis-1 ${redisPort}`,
            'replica-priority': priorities[place] ?? 0,
          },
        }),
      ),
      ...sentinels.map((name) =>
        node(name, redisSentinel, {
          parameters: {
            master: `redis-1 ${redisPort}`,
            sentinels: sentinels.filter((other) => other !== name).map((host) => `${host} ${sentinelPort}`),
            'down-after-milliseconds': 500,
            'failover-timeout': 2000,
          },
        }),
      ),
      node('asker', async (env: Env) => {
        await env.sleep(seconds(12))
        const client = new RedisClient(env, { host: 'sentinel-1', port: sentinelPort })
        told = shown(await client.call(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'], seconds(1)))
      }),
    ],
    faults: [{ kind: 'crash', node: 'redis-1', at: seconds(3), for: seconds(20) }],
    unrestricted: true,
    duration: seconds(14),
    settle: ms(100),
  })
  await run(story, { seed: 1, isChecked: false })
  return told
}

test.each([
  [[100, 10, 50], '*["redis-3" "6379"]'],
  [[0, 0, 200], '*["redis-4" "6379"]'],
  [[0, 0, 0], '*["redis-1" "6379"]'],
])('with priorities %j', async (priorities, wanted) => {
  expect(await elected(priorities)).toBe(wanted)
})

test('of the same priority the one that has most is chosen, then the one whose run id is least', () => {
  const server = {} satisfies Partial<WatchedServer> as Partial<WatchedServer> as WatchedServer
  const candidate = (priority: number, offset: number, runId: string) => ({ server, priority, offset, runId })
  const all = [candidate(2, 9, 'a'), candidate(1, 5, 'c'), candidate(1, 7, 'd'), candidate(1, 7, 'b')]
  expect(preferred(all)?.runId).toBe('b')
  expect(preferred([candidate(0, 1, 'a')])).toBeNull()
})
