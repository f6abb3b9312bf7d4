// FAILOVER in the simulation, and between a real redis-server and ours, both ways.

import { describe, expect, test } from 'vitest'

import { RedisClient, redisPort } from '../index.ts'
import { hasRealRedis, sameReplies, startPair } from '../testing/differential.ts'
import { startOurRedis } from '../testing/our-redis.ts'
import { type Asking, played } from '../testing/played.ts'
import { startRealRedis } from '../testing/real-redis.ts'
import { shown, Wire } from '../testing/wire.ts'
import { ms, seconds, type WrittenFault } from '../../../sim/index.ts'

const impatient = { 'repl-timeout': 60, 'repl-ping-replica-period': 1 }
const servers = {
  'redis-1': impatient,
  'redis-2': { ...impatient, replicaof: 'redis-1 6379' },
  'redis-3': { ...impatient, replicaof: 'redis-1 6379' },
}

async function until({ ask, env }: Asking, server: string, line: string, wanted: string): Promise<void> {
  while (!(await ask(server, line)).includes(wanted)) await env.sleep(ms(50))
}

async function state({ ask }: Asking): Promise<string> {
  return /master_failover_state:([-a-z]+)/.exec(await ask('redis-1', 'INFO replication'))?.[1] ?? ''
}

/** `redis-1` cannot be reached by a replica, nor the other way round. */
function cutOff(replica: string, at: number, lasting: number): WrittenFault {
  const shape = { kind: 'split', groups: [['redis-1'], [replica]] } as const
  return { kind: 'partition', shape, cuts: 'in-flight', at: ms(at), for: ms(lasting) }
}

test('a master hands over to the replica that it is told, and follows it: nothing is lost, no snapshot is sent', async () => {
  const told = await played(servers, async (asking) => {
    const { ask } = asking
    await until(asking, 'redis-1', 'INFO replication', 'connected_slaves:2')
    const lines = [await ask('redis-1', 'SET x 1'), await ask('redis-1', 'FAILOVER TO redis-2 6379')]
    lines.push(await ask('redis-1', 'FAILOVER'), await ask('redis-1', 'REPLICAOF NO ONE'))
    // Held until the hand-over is done, and then it is a replica that is asked.
    lines.push(await ask('redis-1', 'SET x 2'), await state(asking))
    await until(asking, 'redis-1', 'ROLE', 'connected')
    lines.push((await ask('redis-1', 'ROLE')).replaceAll(/[0-9]{2,}/g, 'N'), await ask('redis-2', 'GET x'))
    lines.push(await ask('redis-2', 'SET x 3'), await ask('redis-2', 'WAIT 1 1000'))
    lines.push(await ask('redis-1', 'GET x'))
    lines.push(/sync_full:[0-9]+/.exec(await ask('redis-2', 'INFO stats'))?.[0] ?? '')
    return lines
  })
  expect(told).toEqual([
    '+OK',
    '+OK',
    '-ERR FAILOVER already in progress.',
    '-ERR REPLICAOF not allowed while failing over.',
    "-READONLY You can't write against a read only replica.",
    'no-failover',
    '*["slave" "redis-2" :N "connected" :N]',
    '"1"',
    '+OK',
    ':1',
    '"3"',
    'sync_full:0',
  ])
})

test('writes are held while a replica lags, reads are not; ABORT lets them go', async () => {
  const told = await played(
    servers,
    async (asking) => {
      const { ask, env } = asking
      await env.sleep(seconds(4))
      const lines = [
        await ask('redis-1', 'SET x 1'),
        await ask('redis-1', 'FAILOVER TO redis-2 6379 TIMEOUT 20000'),
      ]
      const other = new RedisClient(env, { host: 'redis-1', port: redisPort })
      let held = ''
      env.spawn(async () => {
        held = shown(await other.call(['EVAL', "return redis.call('INCR', KEYS[1])", '1', 'x'], seconds(9)))
      })
      await env.sleep(ms(500))
      lines.push(
        held,
        await state(asking),
        await ask('redis-1', 'GET x'),
        await ask('redis-1', 'FAILOVER ABORT'),
      )
      await env.sleep(ms(100))
      return [...lines, held, await state(asking)]
    },
    [cutOff('redis-2', 3000, 20_000)],
  )
  expect(told).toEqual(['+OK', '+OK', '', 'waiting-for-sync', '"1"', '+OK', ':2', 'no-failover'])
})

test('a hand-over ends by its timeout, or by force at its timeout, with what that loses', async () => {
  const story = (force: string) =>
    played(
      servers,
      async (asking) => {
        const { ask, env } = asking
        await env.sleep(seconds(4))
        const lines = [await ask('redis-1', 'SET x lost')]
        lines.push(await ask('redis-1', `FAILOVER TO redis-2 6379${force} TIMEOUT 1000`), await state(asking))
        await env.sleep(ms(1500))
        lines.push(await state(asking), await ask('redis-1', 'SET y 1'))
        await env.sleep(seconds(12))
        lines.push(
          await state(asking),
          (await ask('redis-1', 'ROLE')).slice(0, 9),
          await ask('redis-1', 'GET x'),
        )
        return lines
      },
      [cutOff('redis-2', 3000, 8000)],
    )
  expect(await story('')).toEqual([
    '+OK',
    '+OK',
    'waiting-for-sync',
    'no-failover',
    '+OK',
    'no-failover',
    '*["master',
    '"lost"',
  ])
  expect(await story(' FORCE')).toEqual([
    '+OK',
    '+OK',
    'waiting-for-sync',
    'failover-in-progress',
    '(none)',
    'no-failover',
    '*["slave"',
    '_',
  ])
})

test('ABORT of one that has begun to follow makes it lead again', async () => {
  const told = await played(
    servers,
    async (asking) => {
      const { ask, env } = asking
      await env.sleep(seconds(4))
      const lines = [await ask('redis-1', 'FAILOVER ABORT')]
      lines.push(await ask('redis-1', 'SET x 1'))
      lines.push(await ask('redis-1', 'FAILOVER TO redis-2 6379 FORCE TIMEOUT 100'))
      await env.sleep(ms(500))
      lines.push(await state(asking), await ask('redis-1', 'FAILOVER ABORT'), await state(asking))
      lines.push(await ask('redis-1', 'SET x 2'))
      return lines
    },
    [cutOff('redis-2', 3000, 20_000)],
  )
  expect(told).toEqual([
    '-ERR No failover in progress.',
    '+OK',
    '+OK',
    'failover-in-progress',
    '+OK',
    'no-failover',
    '+OK',
  ])
})

test('without TO the first replica that has everything leads', async () => {
  const told = await played(
    servers,
    async (asking) => {
      const { ask, env } = asking
      await env.sleep(seconds(4))
      const lines = [await ask('redis-1', 'SET x 1'), await ask('redis-1', 'FAILOVER')]
      await until(asking, 'redis-1', 'ROLE', 'connected')
      return [...lines, (await ask('redis-1', 'ROLE')).slice(0, 19), await ask('redis-3', 'GET x')]
    },
    [cutOff('redis-2', 3000, 20_000)],
  )
  expect(told).toEqual(['+OK', '+OK', '*["slave" "redis-3"', '"1"'])
})

describe.skipIf(!hasRealRedis)('as a real redis-server', () => {
  test('refusals are the same', async () => {
    const pair = await startPair(2)
    const asked = [
      ['FAILOVER'],
      ['FAILOVER', 'ABORT'],
      ['FAILOVER', 'ABORT', 'x'],
      ['FAILOVER', 'TO', 'host'],
      ['FAILOVER', 'TO', 'host', 'x'],
      ['FAILOVER', 'TO', 'host', '1'],
      ['FAILOVER', 'TO', 'host', '1', 'TO', 'host', '1'],
      ['FAILOVER', 'TO', 'host', '1', 'FORCE'],
      ['FAILOVER', 'FORCE', 'FORCE'],
      ['FAILOVER', 'TIMEOUT'],
      ['FAILOVER', 'TIMEOUT', '0'],
      ['FAILOVER', 'TIMEOUT', 'x'],
      ['FAILOVER', 'TIMEOUT', '1', 'TIMEOUT', '1'],
      ['FAILOVER', 'x'],
      ['PSYNC', '?', '-1', 'FAILOVER'],
    ]
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
    await pair.stop()
  })

  test.each(['real', 'ours'])('%s hands over to the other, and back', async (first) => {
    const [real, ours] = await Promise.all([
      startRealRedis('--repl-diskless-sync-delay', '0'),
      startOurRedis(),
    ])
    const wires = { real: await Wire.open(real.port), ours: await Wire.open(ours.port) }
    await wires.ours.ask('CONFIG', 'SET', 'replica-announce-port', `${ours.port}`)
    const [master, replica] = first === 'real' ? [wires.real, wires.ours] : [wires.ours, wires.real]
    const masterPort = first === 'real' ? real.port : ours.port
    await replica.ask('REPLICAOF', '127.0.0.1', `${masterPort}`)
    await untilSaid(master, 'connected_slaves:1')
    for (const [from, to] of [
      [master, replica],
      [replica, master],
    ] as const) {
      expect(shown(await from.ask('INCR', 'x'))).toMatch(/^:[12]$/)
      expect(shown(await from.ask('FAILOVER', 'TIMEOUT', '9000'))).toBe('+OK')
      await untilSaid(to, 'role:master')
      await untilSaid(from, 'master_link_status:up')
      await untilSaid(to, 'state=online')
      expect(shown(await to.ask('SET', 'last', 'one'))).toBe('+OK')
    }
    expect(shown(await master.ask('GET', 'x'))).toBe('"2"')
    // Who waits at one that becomes a replica is told so, and sent away.
    master.send(['BLPOP', 'nothing', '0'])
    await untilSaid(replica, 'role:slave')
    const other = await Wire.open(masterPort)
    await other.ask('REPLICAOF', '127.0.0.1', '1')
    expect(shown(await master.next())).toMatch(/^-UNBLOCKED .* instance state changed/)
    expect(await master.next()).toBeNull()
    other.close()
    for (const wire of Object.values(wires)) wire.close()
    await Promise.all([real.stop(), ours.stop()])
  })
})

async function untilSaid(wire: Wire, text: string): Promise<void> {
  while (!shown(await wire.ask('INFO', 'replication')).includes(text))
    await new Promise((resolve) => setTimeout(resolve, 20))
}
