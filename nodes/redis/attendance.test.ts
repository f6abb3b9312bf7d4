// Who is watched, made to wait, or sent away: MONITOR, SLOWLOG, LATENCY, CLIENT PAUSE, `timeout`.

import { expect, test } from 'vitest'

import { LatencyMonitor } from './latency.ts'
import { RedisClient, redisPort } from './index.ts'
import { played } from './testing/played.ts'
import { ms, seconds } from '../../sim/index.ts'

test('CLIENT PAUSE WRITE holds writes back until its time is over, and reads not', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    await ask('redis', 'SET key before')
    await ask('redis', 'CLIENT PAUSE 1000 WRITE')
    const begun = env.clock.monotonic()
    const waited = (): string => `${Math.round((env.clock.monotonic() - begun) / 100_000_000) / 10}`
    const lines = [await ask('redis', 'GET key'), waited()]
    lines.push(await ask('redis', 'SET key after'), waited(), await ask('redis', 'GET key'))
    return lines
  })
  expect(told).toEqual(['"before"', '0', '+OK', '1', '"after"'])
})

test('CLIENT UNPAUSE lets go what waits', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    const other = new RedisClient(env, { host: 'redis', port: redisPort })
    await ask('redis', 'CLIENT PAUSE 20000 WRITE')
    const written = other.call(['SET', 'key', 'value'], seconds(10))
    await env.sleep(ms(500))
    const lines = [await ask('redis', 'GET key'), await ask('redis', 'CLIENT UNPAUSE')]
    await written
    return [...lines, await ask('redis', 'GET key')]
  })
  expect(told).toEqual(['_', '+OK', '"value"'])
})

test('a monitor sees what others run, with time, database, address and arguments quoted', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    const connection = await env.net.connect('redis', redisPort)
    await connection.write('MONITOR\r\n')
    await env.sleep(ms(100))
    await ask('redis', 'SELECT 3')
    await ask('redis', 'SET key a"b\\c')
    await env.sleep(ms(100))
    let seen = ''
    while (!seen.includes('"SET"')) seen += Buffer.from((await connection.read()) ?? []).toString('latin1')
    connection.reset()
    return seen.trimEnd().split('\r\n')
  })
  expect(told).toEqual([
    '+OK',
    expect.stringMatching(/^\+[0-9]+\.[0-9]{6} \[0 [^ ]+:[0-9]+\] "SELECT" "3"$/),
    expect.stringMatching(/^\+[0-9]+\.[0-9]{6} \[3 [^ ]+:[0-9]+\] "SET" "key" "a\\"b\\\\c"$/),
  ])
})

test('the slow log has the last commands over its bound, shortened', async () => {
  const told = await played(
    { redis: { 'slowlog-log-slower-than': 0, 'slowlog-max-len': 2 } },
    async ({ ask }) => {
      await ask('redis', 'SET first 1')
      await ask('redis', `SET second ${'x'.repeat(200)}`)
      await ask('redis', `DEL ${Array.from({ length: 40 }, (_, at) => `key${at}`).join(' ')}`)
      return [await ask('redis', 'SLOWLOG LEN'), await ask('redis', 'SLOWLOG GET')]
    },
  )
  expect(told[0]).toBe(':2')
  expect(told[1]).toMatch(/\["DEL" "key0" .*"key29" "\.\.\. \(10 more arguments\)"\]/)
  expect(told[1]).not.toContain('first')
})

test('latency: the worst of each second is kept, and the worst of all', () => {
  const latency = new LatencyMonitor()
  for (const [at, took] of [
    [1, 5],
    [1, 9],
    [1, 7],
    [2, 6],
  ] as const)
    latency.add('command', at, took)
  expect(latency.history('command')).toEqual([
    { at: 1, took: 9 },
    { at: 2, took: 6 },
  ])
  expect(latency.latest()).toEqual([{ event: 'command', last: { at: 2, took: 6 }, max: 9 }])
  expect([latency.reset([]), latency.history('command')]).toEqual([1, []])
})

test('who says nothing for longer than `timeout` is sent away, and who waits or listens is not', async () => {
  const told = await played({ redis: { timeout: 2 } }, async ({ env }) => {
    const open = async (line: string) => {
      const connection = await env.net.connect('redis', redisPort)
      await connection.write(`${line}\r\n`)
      return connection
    }
    const idle = await open('PING')
    const waiting = await open('BLPOP list 0')
    const listening = await open('SUBSCRIBE channel')
    await env.sleep(seconds(5))
    const ended: string[] = []
    for (const connection of [idle, waiting, listening]) {
      let isEnded = false
      env.spawn(async () => {
        while ((await connection.read()) !== null);
        isEnded = true
      })
      await env.sleep(ms(500))
      ended.push(`${isEnded}`)
    }
    return ended
  })
  expect(told).toEqual(['true', 'false', 'false'])
})
