// MIGRATE in the simulation: what becomes of keys, of copies of the data, and of everybody else meanwhile.

import { expect, test } from 'vitest'

import { RedisClient, redisPort } from '../index.ts'
import { played } from '../testing/played.ts'
import { shown } from '../testing/wire.ts'
import { ms, seconds, type WrittenFault } from '../../../sim/index.ts'

const two = { first: {}, second: {} }

test('keys move with their time; the append-only file and replicas hear that they are gone', async () => {
  const servers = { ...two, first: { appendonly: 'yes' }, replica: { replicaof: 'first 6379' } }
  const crash: WrittenFault = { kind: 'crash', node: 'first', at: seconds(10), for: seconds(1) }
  const told = await played(
    servers,
    async ({ ask, env }) => {
      await env.sleep(seconds(3))
      await ask('first', 'MSET a 1 b 2 c 3')
      await ask('first', 'PEXPIREAT b 9999999999999')
      const lines = [await ask('first', 'MIGRATE second 6379  5 1000 KEYS a b none')]
      await ask('second', 'SELECT 5')
      lines.push(await ask('second', 'MGET a b'), await ask('second', 'PEXPIRETIME b'))
      await env.sleep(seconds(1))
      lines.push(await ask('replica', 'MGET a b c'))
      await env.sleep(seconds(9))
      return [...lines, await ask('first', 'MGET a b c')]
    },
    [crash],
  )
  expect(told).toEqual(['+OK', '*["1" "2"]', ':9999999999999', '*[_ _ "3"]', '*[_ _ "3"]'])
})

test('everybody waits while a target does not answer, and goes on when its time is over', async () => {
  const shape = { kind: 'split', groups: [['first'], ['second']] } as const
  const told = await played(
    two,
    async ({ ask, env }) => {
      await ask('first', 'MSET a 1 b 2')
      await env.sleep(seconds(4))
      const others = ['STRLEN a', 'STRLEN b'].map((line) => ({
        line,
        client: new RedisClient(env, { host: 'first', port: redisPort }),
      }))
      for (const { client } of others) await client.call(['PING'], seconds(9))
      const begun = env.clock.monotonic()
      const after = (text: string): string =>
        `${text} after ${Math.round((env.clock.monotonic() - begun) / 100_000_000) / 10}`
      const told: string[] = []
      for (const { client, line } of others)
        env.spawn(async () => {
          await env.sleep(ms(100))
          told.push(after(shown(await client.call(line.split(' '), seconds(9)))))
        })
      told.push(after(await ask('first', 'MIGRATE second 6379 a 0 2000')))
      await env.sleep(seconds(8))
      // What it was sent while nothing came through is no answer of the target's.
      return [...told, await ask('first', 'MIGRATE second 6379 b 0 2000'), await ask('second', 'GET b')]
    },
    [{ kind: 'partition', shape, cuts: 'in-flight', at: seconds(3), for: seconds(6) }],
  )
  expect(told).toEqual([
    '-IOERR error or timeout connecting to the client after 2',
    ':1 after 2',
    ':1 after 2',
    '+OK',
    '"2"',
  ])
})

test('who moves keys to itself waits for itself in vain', async () => {
  const told = await played({ redis: {} }, async ({ ask }) => [
    await ask('redis', 'SET a 1'),
    await ask('redis', 'MIGRATE redis 6379 a 1 500'),
    await ask('redis', 'GET a'),
    await ask('redis', 'MULTI'),
    await ask('redis', 'MIGRATE redis 6379 none 1 500'),
    await ask('redis', 'MIGRATE redis 6379 a 1 500'),
    await ask('redis', 'EXEC'),
    (await ask('redis', "EVAL return{redis.pcall('MIGRATE','redis','6379','a','0','9')} 0")).slice(0, 12),
  ])
  const refused = '-ERR MIGRATE waits for another server, not inside a transaction or a script'
  expect(told).toEqual([
    '+OK',
    '-IOERR error or timeout reading to target instance',
    '"1"',
    '+OK',
    '+QUEUED',
    '+QUEUED',
    `*[+NOKEY ${refused}]`,
    '*[-ERR MIGRA',
  ])
})

test('a target that was away meanwhile is connected to again', async () => {
  const told = await played(
    two,
    async ({ ask, env }) => {
      await ask('first', 'MSET a 1 b 2')
      const lines = [await ask('first', 'MIGRATE second 6379 a 0 1000')]
      await env.sleep(seconds(5))
      return [...lines, await ask('first', 'MIGRATE second 6379 b 0 1000'), await ask('second', 'GET b')]
    },
    [{ kind: 'crash', node: 'second', at: seconds(2), for: seconds(1) }],
  )
  expect(told).toEqual(['+OK', '+OK', '"2"'])
})
