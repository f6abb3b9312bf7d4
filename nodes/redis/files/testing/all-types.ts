// A data set with everything in it that a Redis can hold.

import type { RealRedis, Reply } from './real-redis.ts'

/** All types, in small and large encodings, with and without expiry, in two databases. */
export async function fill(server: RealRedis): Promise<void> {
  const call = async (...args: (string | number)[]): Promise<Reply> => {
    const reply = await server.call(...args)
    if (reply instanceof Error) throw new Error(`${args.join(' ').slice(0, 100)}: ${reply.message}`)
    return reply
  }
  const many = Array.from({ length: 700 }, (_, place) => place)
  await call('SET', 'text', 'value', 'PXAT', 4_000_000_000_123)
  await call('SET', 'long', 'abcdefgh'.repeat(10_000))
  await call('SET', 'number', '-70000')
  await call('RPUSH', 'small list', 'a', 1, 'b'.repeat(100))
  await call('RPUSH', 'large list', ...many.map((place) => `item ${place} ${'x'.repeat(place)}`))
  await call('SADD', 'integers', ...many.slice(0, 100))
  await call('SADD', 'many integers', ...many)
  await call('SADD', 'words', ...many.map((place) => `word ${place}`))
  await call('HSET', 'small hash', 'field', 'value', 'n', 1)
  await call('HSET', 'large hash', ...many.flatMap((place) => [`field ${place}`, place]))
  await call('ZADD', 'small zset', 1, 'a', 2.5, 'b', '-inf', 'c')
  await call('ZADD', 'large zset', ...many.flatMap((place) => [place / 7, `member ${place}`]))
  for (const place of many)
    await call('XADD', 'stream', `${place + 1}-1`, 'field', place, ...(place % 9 === 0 ? ['more', 'x'] : []))
  await call('XDEL', 'stream', '3-1', '700-1')
  await call('XGROUP', 'CREATE', 'stream', 'group', 0)
  await call('XREADGROUP', 'GROUP', 'group', 'one', 'COUNT', 20, 'STREAMS', 'stream', '>')
  await call('XREADGROUP', 'GROUP', 'group', 'two', 'COUNT', 20, 'STREAMS', 'stream', '>')
  await call('XACK', 'stream', 'group', '5-1', '30-1')
  await call('XGROUP', 'CREATE', 'empty stream', 'group', '$', 'MKSTREAM')
  await call('FUNCTION', 'LOAD', '#!lua name=lib\nredis.register_function("f", function() return 1 end)')
  await call('SELECT', 3)
  await call('SET', 'elsewhere', 1, 'EX', 100_000)
}
