// node-redis against our server, over a socket, in both protocols: replies have the same types in the end.

import { createClient } from 'redis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startOurRedis } from './testing/our-redis.ts'
import type { Served } from '../../sim/real/testing/served.ts'

let server: Served

beforeAll(async () => {
  server = await startOurRedis()
})

afterAll(async () => {
  await server.stop()
})

async function connect<P extends 2 | 3>(RESP: P) {
  const client = createClient({ url: `redis://127.0.0.1:${server.port}`, RESP })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

describe.each([2, 3] as const)('RESP%i', (protocol) => {
  let redis: Awaited<ReturnType<typeof connect<2 | 3>>>

  beforeAll(async () => {
    redis = await connect(protocol)
  })
  afterAll(async () => {
    await redis.close()
  })
  beforeEach(async () => {
    await redis.flushAll()
  })

  test('each family of commands', async () => {
    expect(await redis.set('greeting', 'hello', { expiration: { type: 'EX', value: 100 } })).toBe('OK')
    expect(await redis.get('greeting')).toBe('hello')
    await redis.hSet('hash', { one: '1', two: '2' })
    expect({ ...(await redis.hGetAll('hash')) }).toEqual({ one: '1', two: '2' })
    await redis.rPush('list', ['a', 'b'])
    expect(await redis.lRange('list', 0, -1)).toEqual(['a', 'b'])
    await redis.sAdd('set', ['x', 'y'])
    expect([...(await redis.sMembers('set'))].toSorted()).toEqual(['x', 'y'])
    await redis.zAdd('scores', { score: 1.5, value: 'low' })
    expect(await redis.zRangeWithScores('scores', 0, -1)).toEqual([{ value: 'low', score: 1.5 }])
    expect(await redis.zScore('scores', 'low')).toBe(1.5)
    await redis.setBit('bits', 7, 1)
    expect(await redis.bitCount('bits')).toBe(1)
    await redis.pfAdd('visits', ['ann', 'bob', 'ann'])
    expect(await redis.pfCount('visits')).toBe(2)
    await redis.geoAdd('places', { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' })
    expect(await redis.geoPos('places', 'Palermo')).toEqual([
      protocol === 2
        ? { longitude: '13.36138933897018433', latitude: '38.11555639549629859' }
        : { longitude: 13.361389338970184, latitude: 38.1155563954963 },
    ])
    const id = await redis.xAdd('events', '*', { kind: 'begun' })
    const entries = await redis.xRange('events', '-', '+')
    expect(entries?.map((entry) => [entry.id, { ...entry.message }])).toEqual([[id, { kind: 'begun' }]])
    await expect(redis.lPush('greeting', 'x')).rejects.toThrow('WRONGTYPE')
  })

  test('pipelines, transactions, scans', async () => {
    const counts = await Promise.all(Array.from({ length: 500 }, () => redis.incr('count')))
    expect(counts.at(-1)).toBe(500)
    expect(await redis.multi().set('a', '1').incr('a').exec()).toEqual(['OK', 2])
    const found: string[] = []
    for await (const keys of redis.scanIterator()) found.push(...keys)
    expect(found.toSorted()).toEqual(['a', 'count'])
  })

  test('channels, and blocking on a connection of its own', async () => {
    const listener = await connect(protocol)
    const heard = new Promise<string>((resolve) => {
      void listener.subscribe('news', resolve).then(() => redis.publish('news', 'hello'))
    })
    expect(await heard).toBe('hello')
    await listener.unsubscribe('news')
    await listener.close()
    // One of its own also because node-redis in RESP2 gives buffers in place of texts after a subscription.
    const waiting = await connect(protocol)
    const popped = waiting.blPop('queue', 5)
    await redis.rPush('queue', 'work')
    expect(await popped).toEqual({ key: 'queue', element: 'work' })
    await waiting.close()
  })
})

test('a client that keeps what it read is told when it changes', async () => {
  const cached = createClient({
    url: `redis://127.0.0.1:${server.port}`,
    RESP: 3,
    clientSideCache: { ttl: 0, maxEntries: 100, evictPolicy: 'LRU' },
  })
  await cached.connect()
  const other = await connect(3)
  await other.set('key', 'first')
  expect(await cached.get('key')).toBe('first')
  expect(await cached.get('key')).toBe('first')
  await other.set('key', 'second')
  // Our server tells the change before it answers what comes after it on the same connection.
  await cached.ping()
  expect(await cached.get('key')).toBe('second')
  await other.close()
  await cached.close()
})
