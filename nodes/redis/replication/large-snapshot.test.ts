// Snapshots that go to replicas in pieces, while commands go on: what arrives is of one instant, and the stream goes on from it.

import { connect } from 'node:net'

import { describe, expect, test } from 'vitest'

import { redis, RedisClient, redisPort } from '../index.ts'
import { startOurRedis } from '../testing/our-redis.ts'
import { redisServerPath, startRealRedis } from '../testing/real-redis.ts'
import { shown, Wire } from '../testing/wire.ts'
import { type DataRecord, type Env, ms, node, run, scenario, seconds } from '../../../sim/index.ts'

const lists = 40

/** Lists of some ten thousand bytes each. */
async function fill(ask: Ask, env: Env): Promise<void> {
  for (let number = 0; number < lists; number++) {
    const items = Array.from({ length: 20 }, () => Buffer.from(env.random.bytes(500)).toString('latin1'))
    await ask('RPUSH', `list-${number}`, ...items)
  }
}

type Ask = (...args: readonly string[]) => Promise<string>

/** Lets a replica synchronize over a slow link while `change` is called again and again; what both have in the end. */
async function synchronized(
  parameters: DataRecord,
  change: (ask: Ask, number: number) => Promise<unknown>,
): Promise<{
  readonly master: readonly string[]
  readonly replica: readonly string[]
  readonly info: string
}> {
  const contents: string[][] = []
  let info = ''
  const client = async (env: Env): Promise<void> => {
    const [ask, askReplica] = ['redis', 'replica'].map((host): Ask => {
      const wire = new RedisClient(env, { host, port: redisPort })
      return async (...args) => shown(await wire.call(args, seconds(5)).catch(() => null))
    }) as [Ask, Ask]
    await fill(ask, env)
    await askReplica('REPLICAOF', 'redis', String(redisPort))
    for (let number = 0; number < 100; number++) {
      await change(ask, number)
      if (number === 20) info = await ask('INFO', 'replication')
      await env.sleep(ms(20))
    }
    await env.sleep(seconds(5))
    for (const each of [ask, askReplica]) {
      const lines = [await each('DBSIZE')]
      for (let number = 0; number < lists; number++)
        lines.push(await each('LRANGE', `list-${number}`, '0', '-1'), await each('GET', `new-${number}`))
      contents.push(lines)
    }
  }
  await run(
    scenario({
      title: 'large snapshot',
      nodes: () => [node('redis', redis, { parameters }), node('replica', redis), node('client', client)],
      faults: [
        {
          kind: 'bandwidth',
          links: { from: ['redis'], to: ['replica'] },
          bytesPerSecond: 250_000,
          queue: 1_000_000,
          at: ms(1),
        },
      ],
      duration: seconds(20),
      settle: seconds(1),
    }),
    { seed: 1, isChecked: false },
  )
  const [master = [], replica = []] = contents
  return { master, replica, info }
}

test('what is changed while its snapshot is on its way is the same on the replica in the end', async () => {
  const { master, replica, info } = await synchronized({}, async (ask, number) => {
    const key = `list-${(number * 7) % lists}`
    await ask('RPUSH', key, 'more')
    if (number % 5 === 0) await ask('LSET', `list-${lists - 1 - (number % lists)}`, '0', 'changed')
    if (number % 9 === 0) await ask('DEL', `list-${number % lists}`)
    if (number % 11 === 0)
      await ask('RENAME', `list-${(number + 3) % lists}`, `list-${(number + 20) % lists}`)
    await ask('SET', `new-${number % lists}`, String(number))
  })
  // It was on its way meanwhile.
  expect(info).toMatch(/connected_slaves:1\\r\\nslave0:[^\\]*state=send_bulk,/)
  expect(master).toHaveLength(2 * lists + 1)
  expect(replica).toEqual(master)
})

test('a replica for whom too much waits behind its snapshot is ended', async () => {
  const limits = { 'client-output-buffer-limit': 'replica 100kb 0 0', 'repl-backlog-size': 16_384 }
  const value = 'x'.repeat(10_000)
  const { info, master, replica } = await synchronized(limits, (ask, number) =>
    ask('SET', `new-${number % lists}`, `${number} ${value}`),
  )
  expect(info).toContain('connected_slaves:0')
  // When there is less to say it gets everything.
  expect(replica).toEqual(master)
})

test('a replica of old, which knows no marks, is told the length of a snapshot of many pieces', async () => {
  const server = await startOurRedis()
  const wire = await Wire.open(server.port)
  const value = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251))
  for (let number = 0; number < 4; number++)
    await wire.ask('SET', `k${number}`, `${number}${value.toString('latin1')}`)
  const socket = connect(server.port, '127.0.0.1')
  socket.write('SYNC\r\n')
  let text = ''
  for await (const bytes of socket) {
    text += (bytes as Buffer).toString('latin1')
    const [head, size = ''] = /^\$([0-9]+)\r\n/.exec(text) ?? ['']
    if (head === '' || text.length < head.length + Number(size)) continue
    expect(text.slice(head.length, head.length + 9)).toBe('REDIS0010')
    expect(text.charCodeAt(head.length + Number(size) - 9)).toBe(0xff)
    if (text.length === head.length + Number(size)) wire.send(['SET', 'after', '1'])
    if (text.includes('$5\r\nafter')) break
  }
  expect(text.length).toBeGreaterThan(10_000)
  socket.destroy()
  wire.close()
  await server.stop()
})

describe.skipIf(redisServerPath === null)('with a real server, under load', () => {
  test.each(['a real server follows ours', 'ours follows a real server'])(
    '%s',
    async (cast) => {
      const real = await startRealRedis('--repl-diskless-sync-delay', '0')
      const ours = await startOurRedis()
      const wires = [await Wire.open(real.port), await Wire.open(ours.port)]
      const [master, replica] = (cast.startsWith('a real') ? wires.reverse() : wires) as [Wire, Wire]
      const port = cast.startsWith('a real') ? ours.port : real.port
      const bytes = Buffer.from(Uint8Array.from({ length: 20_000 }, (_, at) => (at * at * 7) % 253)).toString(
        'latin1',
      )
      for (let number = 0; number < 200; number++)
        await master.ask('RPUSH', `list-${number}`, `${number}`, bytes)
      expect(shown(await replica.ask('REPLICAOF', '127.0.0.1', String(port)))).toBe('+OK')
      for (let number = 0; shown(await master.ask('WAIT', '1', '10')) !== ':1'; number++)
        await master.askAll([
          ['RPUSH', `list-${(number * 37) % 200}`, 'more'],
          ['LSET', `list-${199 - (number % 200)}`, '0', 'changed'],
          ['DEL', `list-${(number * 3) % 200}`],
        ])
      await master.ask('SET', 'last', '1')
      expect(shown(await master.ask('WAIT', '1', '10000'))).toBe(':1')
      const reads = Array.from({ length: 200 }, (_, number) => ['LRANGE', `list-${number}`, '0', '-1'])
      const [expected, got] = [await master.askAll(reads), await replica.askAll(reads)]
      expect(got.map(shown)).toEqual(expected.map(shown))
      for (const wire of wires) wire.close()
      await ours.stop()
      await real.stop()
    },
    60_000,
  )
})
