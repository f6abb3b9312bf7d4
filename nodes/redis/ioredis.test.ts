// ioredis against our server, over a socket: what its users do with each family of commands.

import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startOurRedis } from './testing/our-redis.ts'
import type { Served } from '../../sim/real/testing/served.ts'

let server: Served
let redis: Redis

beforeAll(async () => {
  server = await startOurRedis()
  redis = connect()
})

afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

beforeEach(async () => {
  await redis.flushall()
})

function connect(): Redis {
  return new Redis({ port: server.port, host: '127.0.0.1' })
}

test('strings, keys and expiry', async () => {
  expect(await redis.set('greeting', 'hello', 'EX', 100)).toBe('OK')
  expect(await redis.get('greeting')).toBe('hello')
  expect(await redis.ttl('greeting')).toBe(100)
  expect(await redis.incrby('count', 5)).toBe(5)
  expect(await redis.mget('greeting', 'nothing', 'count')).toEqual(['hello', null, '5'])
  expect(await redis.getBuffer('greeting')).toEqual(Buffer.from('hello'))
  expect(await redis.del('greeting', 'count', 'nothing')).toBe(2)
})

test('hashes, lists, sets and sorted sets', async () => {
  await redis.hset('hash', { one: 1, two: 2 })
  expect(await redis.hgetall('hash')).toEqual({ one: '1', two: '2' })
  await redis.rpush('list', 'a', 'b', 'c')
  expect(await redis.lrange('list', 0, -1)).toEqual(['a', 'b', 'c'])
  await redis.sadd('set', 'x', 'y')
  expect((await redis.smembers('set')).toSorted()).toEqual(['x', 'y'])
  await redis.zadd('scores', 1.5, 'low', 2, 'high')
  expect(await redis.zrange('scores', '0', '-1', 'WITHSCORES')).toEqual(['low', '1.5', 'high', '2'])
})

test('bits, HyperLogLog, geo and streams', async () => {
  await redis.setbit('bits', 7, 1)
  expect(await redis.bitcount('bits')).toBe(1)
  await redis.pfadd('visits', 'ann', 'bob', 'ann')
  expect(await redis.pfcount('visits')).toBe(2)
  await redis.geoadd('places', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania')
  expect(await redis.call('GEODIST', 'places', 'Palermo', 'Catania', 'km')).toBe('166.2742')
  const id = await redis.xadd('events', '*', 'kind', 'begun')
  await redis.xgroup('CREATE', 'events', 'readers', '0')
  expect(await redis.xreadgroup('GROUP', 'readers', 'ann', 'STREAMS', 'events', '>')).toEqual([
    ['events', [[id, ['kind', 'begun']]]],
  ])
  expect(await redis.xack('events', 'readers', id ?? '')).toBe(1)
})

test('many commands at once, and a transaction that a watched key stops', async () => {
  const pipeline = redis.pipeline()
  for (let at = 0; at < 1000; at++) pipeline.incr('count')
  expect((await pipeline.exec())?.at(-1)).toEqual([null, 1000])
  expect(await redis.multi().set('a', 1).incr('a').exec()).toEqual([
    [null, 'OK'],
    [null, 2],
  ])
  const other = connect()
  await other.watch('a')
  await redis.set('a', 7)
  expect(await other.multi().set('a', 8).exec()).toBeNull()
  other.disconnect()
})

test('channels, patterns and sharded channels', async () => {
  const listener = connect()
  const heard: string[] = []
  const three = new Promise<void>((resolve) => {
    const hear = (text: string): void => {
      if (heard.push(text) === 3) resolve()
    }
    listener.on('message', (channel, text) => {
      hear(`${channel}: ${text}`)
    })
    listener.on('pmessage', (pattern, channel, text) => {
      hear(`${pattern} ${channel}: ${text}`)
    })
    listener.on('smessage', (channel, text) => {
      hear(`shard ${channel}: ${text}`)
    })
  })
  await listener.subscribe('news')
  await listener.psubscribe('n*')
  await listener.ssubscribe('shard')
  expect(await redis.publish('news', 'hello')).toBe(2)
  expect(await redis.spublish('shard', 'there')).toBe(1)
  await three
  expect(heard).toEqual(['news: hello', 'n* news: hello', 'shard shard: there'])
  listener.disconnect()
})

test('who waits for a list gets what another pushes', async () => {
  const waiting = connect()
  const popped = waiting.blpop('queue', 5)
  // The order in which two connections are served is not given: the push may come first as well.
  await redis.rpush('queue', 'work')
  expect(await popped).toEqual(['queue', 'work'])
  expect(await waiting.blpop('queue', 0.01)).toBeNull()
  waiting.disconnect()
})

test('scans as a stream, and sees errors as errors', async () => {
  for (let at = 0; at < 100; at++) await redis.set(`key:${at}`, at)
  const found = new Set<string>()
  for await (const keys of redis.scanStream({ match: 'key:*', count: 20 }))
    for (const key of keys as readonly string[]) found.add(key)
  expect(found.size).toBe(100)
  await expect(redis.lpush('key:1', 'x')).rejects.toThrow(
    'WRONGTYPE Operation against a key holding the wrong kind of value',
  )
})
