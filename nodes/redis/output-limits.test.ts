// `client-output-buffer-limit`: who is ended when, and who is not.

import { describe, expect, test } from 'vitest'

import { RedisClient, redis, redisPort } from './index.ts'
import { OutputBudget, unlimitedMax } from './output-limits.ts'
import { redisServerPath, startRealRedis } from './testing/real-redis.ts'
import { startOurRedis } from './testing/our-redis.ts'
import { shown, Wire } from './testing/wire.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import { type Connection, type Env, type Instant, ms, node, run, scenario, seconds } from '../../sim/index.ts'

describe('a budget', () => {
  const limit = { hard: 1000, soft: 100, seconds: 2 }
  const at = (moment: number): Instant => seconds(moment) as number as Instant

  test('is exceeded beyond the hard limit at once, and beyond the soft one after its seconds', () => {
    const budget = new OutputBudget()
    expect(budget.isExceeded(limit, 1000, 1000, at(0))).toBe(false)
    expect(budget.isExceeded(limit, 1001, 1, at(0))).toBe(true)
    expect(budget.isExceeded(limit, 101, 1, at(2))).toBe(false)
    expect(budget.isExceeded(limit, 101, 1, at(2.5))).toBe(true)
  })

  test('begins anew when little waits', () => {
    const budget = new OutputBudget()
    expect(budget.isExceeded(limit, 101, 1, at(0))).toBe(false)
    expect(budget.isExceeded(limit, 100, 1, at(1))).toBe(false)
    expect(budget.isExceeded(limit, 101, 1, at(3))).toBe(false)
    budget.relax()
    expect(budget.isExceeded(limit, 101, 1, at(9))).toBe(false)
    expect(budget.isExceeded(limit, 101, 1, at(12))).toBe(true)
  })

  test('counts no snapshot, and where there is no limit what was written last is never too much', () => {
    const budget = new OutputBudget()
    budget.exempt(5000)
    expect(budget.isExceeded(limit, 5100, 5100, at(0))).toBe(false)
    budget.left(4000)
    expect(budget.isExceeded(limit, 2001, 1, at(0))).toBe(true)
    const none = { hard: 0, soft: 0, seconds: 0 }
    const fresh = new OutputBudget()
    expect(fresh.isExceeded(none, 2 * unlimitedMax, 2 * unlimitedMax, at(0))).toBe(false)
    expect(fresh.isExceeded(none, 2 * unlimitedMax, 1, at(0))).toBe(true)
  })
})

/** Subscribes, and reads nothing from then on; resolves to when its connection broke. */
async function lazySubscriber(env: Env): Promise<Connection> {
  const connection = await env.net.connect('redis', redisPort)
  await connection.write(Buffer.from(encodeCommand(['SUBSCRIBE', 'news']), 'latin1'))
  return connection
}

test.each([
  ['pubsub 0 100kb 2', [3, 5]],
  ['pubsub 300kb 0 0', [1, 3]],
  ['pubsub 0 0 0', [20, 20]],
] as const)('a subscriber that reads nothing is ended with %s', async (limits, [earliest, latest]) => {
  let subscribers: readonly number[] = []
  const told = scenario({
    title: 'slow subscriber',
    nodes: () => [
      node('redis', redis, { parameters: { 'client-output-buffer-limit': limits } }),
      node('lazy', async (env) => void (await lazySubscriber(env))),
      node('publisher', async (env) => {
        const client = new RedisClient(env, { host: 'redis', port: redisPort })
        await env.sleep(ms(500))
        const found: number[] = []
        // 200 KB a second, of which the network between the two takes a little.
        for (let count = 0; count < 100; count++) {
          const reply = await client.call(['PUBLISH', 'news', 'x'.repeat(40_000)], seconds(1))
          found.push('text' in reply ? Number(reply.text) : -1)
          await env.sleep(ms(200))
        }
        subscribers = found
      }),
    ],
    duration: seconds(22),
  })
  await run(told, { seed: 1, isChecked: false })
  const heard = subscribers.filter((count) => count === 1).length / 5
  expect(subscribers.length).toBe(100)
  expect(heard).toBeGreaterThanOrEqual(earliest)
  expect(heard).toBeLessThanOrEqual(latest)
})

test('a snapshot larger than all limits reaches a replica over a slow link, under load', async () => {
  let [synced, full] = [-1, '']
  const count = 20
  const told = scenario({
    title: 'large snapshot',
    nodes: () => [
      node('redis', redis, {
        parameters: {
          'client-output-buffer-limit': 'replica 3mb 1mb 5',
          'repl-timeout': 2,
          'repl-ping-replica-period': 1,
        },
      }),
      node('replica', redis, { parameters: { 'repl-timeout': 2 } }),
      node('client', async (env) => {
        const [master, replica] = ['redis', 'replica'].map(
          (host) => new RedisClient(env, { host, port: redisPort }),
        )
        const ask = async (client: RedisClient | undefined, ...args: readonly string[]): Promise<string> =>
          shown((await client?.call(args, seconds(5))) ?? null)
        // Half a megabyte each, which does not compress.
        for (let key = 0; key < count; key++)
          await ask(master, 'SET', `k${key}`, Buffer.from(env.random.bytes(500_000)).toString('latin1'))
        await ask(replica, 'REPLICAOF', 'redis', String(redisPort))
        for (let number = 0; synced < 0; number++) {
          await ask(master, 'SET', 'load', String(number))
          await env.sleep(ms(50))
          if ((await ask(replica, 'GET', 'load')) !== '_') synced = env.clock.monotonic() / 1e9
        }
        full = /sync_full:[0-9]+/.exec(await ask(master, 'INFO', 'stats'))?.[0] ?? ''
      }),
    ],
    faults: [
      {
        kind: 'bandwidth',
        links: { from: ['redis'], to: ['replica'] },
        bytesPerSecond: 1_000_000,
        queue: 4_000_000,
        at: ms(1),
      },
    ],
    duration: seconds(40),
  })
  await run(told, { seed: 1, isChecked: false })
  // 10 MB at 1 MB a second.
  expect(synced).toBeGreaterThan(8)
  expect(full).toBe('sync_full:1')
}, 60_000)

test.skipIf(redisServerPath === null)('the setting reads as that of a real server', async () => {
  const [real, ours] = [await startRealRedis(), await startOurRedis()]
  const wires = [await Wire.open(real.port), await Wire.open(ours.port)]
  try {
    for (const value of [
      'normal 1mb 500kb 10',
      'replica 512mb 128mb 60 pubsub 0 0 0',
      'slave 1k 1kb 1',
      'pubsub 1gb 1m 5',
      'master 1 1 1',
      'normal 1 1',
      'normal x 1 1',
      'normal 1 1 -1',
      '',
    ]) {
      const [theirs, mine] = await Promise.all(
        wires.map((wire) =>
          wire.askAll([
            ['CONFIG', 'SET', 'client-output-buffer-limit', value],
            ['CONFIG', 'GET', 'client-output-buffer-limit'],
          ]),
        ),
      )
      expect([value, ...(mine ?? []).map(shown)]).toEqual([value, ...(theirs ?? []).map(shown)])
    }
  } finally {
    for (const wire of wires) wire.close()
    await real.stop()
    await ours.stop()
  }
})
