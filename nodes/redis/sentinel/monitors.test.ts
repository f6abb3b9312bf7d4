// What monitors owe those who run them by hand: one that stands in its own list counts once, all of them may be restarted while the
// master is down, and clients of a server that has become a replica do not stay with it.

import { expect, test } from 'vitest'

import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../index.ts'
import { shown } from '../testing/wire.ts'
import {
  at,
  type Env,
  type FaultSource,
  ms,
  NetError,
  node,
  type NodeSpec,
  run,
  scenario,
  seconds,
} from '../../../sim/index.ts'

const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3']
const patient = { 'repl-timeout': 2, 'repl-ping-replica-period': 1 }
const servers: readonly NodeSpec[] = [
  node('redis-1', redis, { parameters: patient }),
  node('redis-2', redis, { parameters: { ...patient, replicaof: `redis-1 ${redisPort}` } }),
]

/** Monitors each of which has all of them in its list, itself too. */
function monitors(settings: Readonly<Record<string, number>>): readonly NodeSpec[] {
  const all = sentinels.map((host) => `${host} ${sentinelPort}`)
  const parameters = { master: `redis-1 ${redisPort}`, 'down-after-milliseconds': 500, ...settings }
  return sentinels.map((name) =>
    node(name, redisSentinel, {
      parameters: { ...parameters, sentinels: all, 'failover-timeout': 2000 },
    }),
  )
}

async function ask(env: Env, host: string, line: string): Promise<string> {
  const port = host.startsWith('redis') ? redisPort : sentinelPort
  const client = new RedisClient(env, { host, port })
  const reply = shown(await client.call(line.split(' '), seconds(2)))
  client.close()
  return reply
}

/** A machine that is down from then on. */
function gone(name: string): FaultSource {
  return { kind: 'crash', node: name, at: at(seconds(5)), for: seconds(30) }
}

async function play(
  nodes: readonly NodeSpec[],
  faults: readonly FaultSource[],
  asker: (env: Env) => Promise<void>,
): Promise<void> {
  const story = scenario({
    title: 'monitors',
    nodes: () => [...servers, ...nodes, node('asker', asker)],
    faults,
    unrestricted: true,
    duration: seconds(20),
    settle: ms(100),
  })
  const { violations } = await run(story, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
}

test('a monitor that finds itself in its list counts once, and is no majority of its own', async () => {
  const told: string[] = []
  await play(monitors({ quorum: 2 }), ['sentinel-2', 'sentinel-3', 'redis-1'].map(gone), async (env) => {
    await env.sleep(seconds(4))
    told.push(await ask(env, 'sentinel-1', 'SENTINEL CKQUORUM main'))
    await env.sleep(seconds(4))
    told.push(await ask(env, 'sentinel-1', 'SENTINEL CKQUORUM main'))
    const others = await ask(env, 'sentinel-1', 'SENTINEL SENTINELS main')
    told.push(...[...others.matchAll(/"ip" "([^"]*)"|"flags" "([^"]*)"/g)].map((found) => found[0]))
  })
  expect(told).toEqual([
    '+OK 3 usable Sentinels. Quorum and failover authorization can be reached',
    '-NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. Not enough available Sentinels to reach the majority and authorize a failover',
    '"ip" "sentinel-2"',
    '"flags" "s_down,sentinel,disconnected"',
    '"ip" "sentinel-3"',
    '"flags" "s_down,sentinel,disconnected"',
  ])
})

test('two of three monitors that all list themselves fail over, and without a quorum that was said', async () => {
  const told: string[] = []
  await play(monitors({}), ['sentinel-3', 'redis-1'].map(gone), async (env) => {
    await env.sleep(seconds(15))
    told.push(await ask(env, 'sentinel-1', 'SENTINEL GET-MASTER-ADDR-BY-NAME main'))
  })
  expect(told).toEqual(['*["redis-2" "6379"]'])
})

test('monitors that all start while the master is down know the replicas that they had found', async () => {
  const told: string[] = []
  await play(
    monitors({}),
    [
      { kind: 'crash', node: 'redis-1', at: at(seconds(4)), for: seconds(30) },
      ...sentinels.map(
        (name) => ({ kind: 'crash', node: name, at: at(seconds(4)), for: ms(500), disk: 'lost' }) as const,
      ),
    ],
    async (env) => {
      await env.sleep(seconds(15))
      told.push(await ask(env, 'sentinel-2', 'SENTINEL GET-MASTER-ADDR-BY-NAME main'))
    },
  )
  expect(told).toEqual(['*["redis-2" "6379"]'])
})

test('clients of a master that stood still are disconnected when it has become a replica', async () => {
  let ended: string | null = null
  await play(
    monitors({}),
    [{ kind: 'pause', node: 'redis-1', at: at(seconds(5)), for: seconds(6) }],
    async (env) => {
      await env.sleep(seconds(1))
      const connection = await env.net.connect('redis-1', redisPort)
      await connection.write('SUBSCRIBE news\r\n')
      env.spawn(async () => {
        try {
          for await (const bytes of connection) void bytes
          ended = 'ended'
        } catch (error) {
          if (!(error instanceof NetError)) throw error
          ended = error.code
        }
      })
      await env.sleep(seconds(16))
      expect(await ask(env, 'redis-1', 'ROLE')).toContain('"slave"')
    },
  )
  expect(ended).not.toBeNull()
})
