// Replication with a real redis-server, both ways: the same bytes on the wire, or it would not follow.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Served, served } from '../../../sim/real/testing/served.ts'
import { redis, redisPort } from '../index.ts'
import { type RealRedis, redisServerPath, startRealRedis } from '../testing/real-redis.ts'
import { shown, Wire } from '../testing/wire.ts'

const writes: readonly (readonly string[])[] = [
  ['SET', 'text', 'one'],
  ['APPEND', 'text', ' two'],
  ['SELECT', '3'],
  ['RPUSH', 'list', 'a', 'b', 'c'],
  ['HSET', 'hash', 'f', 'v'],
  ['ZADD', 'sorted', '1.5', 'm', '2', 'n'],
  ['SADD', 'set', 'x', 'y', 'z'],
  ['MULTI'],
  ['INCR', 'number'],
  ['LPOP', 'list'],
  ['EXEC'],
  ['INCRBYFLOAT', 'number', '0.5'],
  ['SPOP', 'set'],
  ['SET', 'volatile', 'v', 'EX', '1000'],
  [
    'FUNCTION',
    'LOAD',
    'REPLACE',
    "#!lua name=lib\nredis.register_function('f', function(keys) return redis.call('INCR', keys[1]) end)",
  ],
  ['FCALL', 'f', '1', 'called'],
  ['SELECT', '0'],
  ['SET', 'binary', String.fromCharCode(0, 13, 10, 255)],
]

const reads: readonly (readonly string[])[] = [
  ['SELECT', '0'],
  ['GET', 'text'],
  ['GET', 'binary'],
  ['DBSIZE'],
  ['SELECT', '3'],
  ['LRANGE', 'list', '0', '-1'],
  ['HGETALL', 'hash'],
  ['ZRANGE', 'sorted', '0', '-1', 'WITHSCORES'],
  ['SORT_RO', 'set', 'ALPHA'],
  ['GET', 'number'],
  ['PEXPIRETIME', 'volatile'],
  ['GET', 'called'],
  ['FUNCTION', 'LIST', 'WITHCODE'],
  ['DBSIZE'],
]

let real: RealRedis
let ours: Served
let toReal: Wire
let toOurs: Wire

beforeAll(async () => {
  if (redisServerPath === null) return
  real = await startRealRedis('--repl-diskless-sync-delay', '0')
  ours = await served(redis, { port: redisPort, parameters: { port: redisPort } })
  toReal = await Wire.open(real.port)
  toOurs = await Wire.open(ours.port)
})

afterAll(async () => {
  if (redisServerPath === null) return
  toReal.close()
  toOurs.close()
  await ours.stop()
  await real.stop()
})

describe.skipIf(redisServerPath === null)('replication with a real server', () => {
  test.each([
    ['a real server follows ours', () => [toOurs, toReal, ours.port] as const],
    ['ours follows a real server', () => [toReal, toOurs, real.port] as const],
  ])('%s: what was there, and what comes', async (_name, cast) => {
    const [master, replica, port] = cast()
    for (const wire of [master, replica])
      await wire.askAll([['REPLICAOF', 'NO', 'ONE'], ['FLUSHALL'], ['FUNCTION', 'FLUSH']])
    await master.askAll(writes)
    expect(shown(await replica.ask('REPLICAOF', '127.0.0.1', String(port)))).toBe('+OK')
    await untilFollowing(master)
    expect(await contents(replica)).toEqual(await contents(master))

    await master.askAll(writes)
    expect(shown(await master.ask('WAIT', '1', '5000'))).toBe(':1')
    expect(await contents(replica)).toEqual(await contents(master))
    expect(shown(await replica.ask('SET', 'text', 'x'))).toMatch(/^-READONLY/)
    expect(shown(await replica.ask('ROLE'))).toMatch(
      /^\*\["slave" "127.0.0.1" :[0-9]+ "connected" :[0-9]+\]$/,
    )

    expect(shown(await replica.ask('REPLICAOF', 'NO', 'ONE'))).toBe('+OK')
    expect(shown(await replica.ask('SET', 'text', 'x'))).toBe('+OK')
  })

  test('a master at port 0, where none can be, is tried for as long as it is wanted', async () => {
    const told = await Promise.all(
      [toReal, toOurs].map(async (wire) => {
        const replies = await wire.askAll([
          ['REPLICAOF', '127.0.0.1', '0'],
          ['REPLICAOF', '127.0.0.1', '-1'],
          ['CONFIG', 'GET', 'replicaof'],
        ])
        // A second try comes after a second.
        await new Promise((resolve) => setTimeout(resolve, 1500))
        const role = shown(await wire.ask('ROLE')).replace('connecting', 'connect')
        const [port] = /master_port:[0-9]+/.exec(shown(await wire.ask('INFO', 'replication'))) ?? []
        const end = await wire.ask('REPLICAOF', 'NO', 'ONE')
        return [...replies.map(shown), role, port, shown(end)]
      }),
    )
    expect(told[1]).toEqual(told[0])
    expect(told[1]?.[3]).toBe('*["slave" "127.0.0.1" :0 "connect" :-1]')
  })
})

async function contents(wire: Wire): Promise<readonly string[]> {
  return (await wire.askAll(reads)).map(shown)
}

/** Waits until a replica has acknowledged all that there is. */
async function untilFollowing(master: Wire): Promise<void> {
  for (let tries = 0; tries < 100; tries++) if (shown(await master.ask('WAIT', '1', '100')) === ':1') return
  throw new Error(`nobody follows: ${shown(await master.ask('ROLE'))}`)
}
