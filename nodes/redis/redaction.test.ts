// Passwords are shown neither by MONITOR nor by SLOWLOG: the same words as a real server's stand in their places.

import { expect, test } from 'vitest'

import { redis, redisPort } from './index.ts'
import { redacted } from './redaction.ts'
import { redisServerPath, startRealRedis } from './testing/real-redis.ts'
import { shown, Wire } from './testing/wire.ts'
import { served } from '../../sim/real/testing/served.ts'

const commands = [
  'AUTH secret',
  'AUTH default secret',
  'HELLO 3 AUTH default secret',
  'HELLO 2 SETNAME x AUTH default secret',
  'ACL SETUSER anna on >secret ~*',
  'ACL GETUSER anna',
  'ACL DELUSER anna bert',
  'CONFIG SET masterauth secret maxclients 100',
  'CONFIG SET masteruser anna',
  'CONFIG SET maxclients 200',
  'MIGRATE 127.0.0.1 1 key 0 10 AUTH secret',
  'MIGRATE 127.0.0.1 1 key 0 10 COPY AUTH2 anna secret',
  'SET key auth',
  'CONFIG SET requirepass secret',
]

/** What SLOWLOG shows of them, and what MONITOR does. */
async function told(port: number): Promise<readonly string[]> {
  const [wire, monitor] = [await Wire.open(port), await Wire.open(port)]
  await wire.ask('CONFIG', 'SET', 'slowlog-log-slower-than', '0')
  await wire.ask('SLOWLOG', 'RESET')
  await monitor.ask('MONITOR')
  await wire.ask('SET', 'key', 'value')
  for (const line of commands) await wire.ask(...line.split(' '))
  await wire.ask('PING', 'end')
  const lines: string[] = []
  while (!lines.at(-1)?.includes('"end"'))
    lines.push(shown(await monitor.next()).replace(/^\+[0-9.]+ \[[^\]]*\] /, ''))
  const log = await wire.ask('SLOWLOG', 'GET', '-1')
  const entries = log !== null && 'items' in log ? log.items : []
  for (const entry of entries) lines.push('items' in entry ? shown(entry.items[3]) : '')
  for (const each of [wire, monitor]) each.close()
  return lines
}

test.skipIf(redisServerPath === null)('as a real server shows them', async () => {
  const real = await startRealRedis()
  const ours = await served(redis, { port: redisPort })
  try {
    const lines = await told(ours.port)
    expect(lines).toEqual(await told(real.port))
    expect(lines.filter((line) => line.includes('secret'))).toEqual([])
  } finally {
    await ours.stop()
    await real.stop()
  }
})

test('nothing else is hidden', () => {
  const args = ['SET', 'auth', 'requirepass']
  expect(redacted('set', args)).toBe(args)
  expect(redacted('config|set', ['CONFIG', 'SET', 'MASTERAUTH', 'x', 'hz', '10'])).toEqual([
    'CONFIG',
    'SET',
    'MASTERAUTH',
    '(redacted)',
    'hz',
    '10',
  ])
})
