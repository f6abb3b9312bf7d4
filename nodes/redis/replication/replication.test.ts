// Replication in the simulation: who gets what over a network that is cut, and what servers say of it.

import { expect, test } from 'vitest'

import { type Asking, played } from '../testing/played.ts'
import { ms, seconds, type WrittenFault } from '../../../sim/index.ts'

const impatient = { 'repl-timeout': 1, 'repl-ping-replica-period': 1 }
const follows = (host: string) => ({ ...impatient, replicaof: `${host} 6379` })

/** The replica cannot be reached by its master, nor the other way round; everybody else reaches both. */
function cutOff(replica: string, at: number, lasting: number): WrittenFault {
  const shape = { kind: 'split', groups: [['redis-1'], [replica]] } as const
  return { kind: 'partition', shape, cuts: 'in-flight', at: ms(at), for: ms(lasting) }
}

/** Waits until a server says something. */
async function until({ ask, env }: Asking, server: string, line: string, wanted: string): Promise<void> {
  while (!(await ask(server, line)).includes(wanted)) await env.sleep(ms(50))
}

async function syncs({ ask }: Asking, server: string): Promise<string> {
  const stats = await ask(server, 'INFO stats')
  return [...stats.matchAll(/sync_(?:full|partial_ok):([0-9]+)/g)].map(([, count]) => count).join(' ')
}

test('a replica has what its master had and gets, refuses writes, and both say who they are', async () => {
  const told = await played({ 'redis-1': impatient, 'redis-2': follows('redis-1') }, async (asking) => {
    const { ask } = asking
    const lines = [await ask('redis-1', 'SET before 1')]
    await until(asking, 'redis-2', 'ROLE', 'connected')
    lines.push(await ask('redis-1', 'SET after 2'), await ask('redis-1', 'WAIT 1 1000'))
    lines.push(await ask('redis-2', 'MGET before after'), await ask('redis-2', 'SET x 1'))
    lines.push(await ask('redis-2', 'WAIT 1 1'))
    lines.push((await ask('redis-1', 'ROLE')).replaceAll(/[0-9]{2,}/g, 'N'))
    lines.push((await ask('redis-2', 'ROLE')).replaceAll(/[0-9]{2,}/g, 'N'))
    const info = await ask('redis-2', 'INFO replication')
    lines.push(...(info.match(/(?:role|master_host|master_link_status):\w+[-\w]*/g) ?? []))
    return lines
  })
  expect(told).toEqual([
    '+OK',
    '+OK',
    ':1',
    '*["1" "2"]',
    "-READONLY You can't write against a read only replica.",
    expect.stringMatching(/^-ERR WAIT cannot be used with replica instances/),
    expect.stringMatching(/^\*\["master" :N \*\[\*\["[^"]+" "N" "(?:N|[0-9])"\]\]\]$/),
    '*["slave" "redis-1" :N "connected" :N]',
    'role:slave',
    'master_host:redis-1',
    'master_link_status:up',
  ])
})

test('WAIT counts the replicas that have a write, and no others', async () => {
  const servers = { 'redis-1': impatient, 'redis-2': follows('redis-1'), 'redis-3': follows('redis-1') }
  const told = await played(
    servers,
    async ({ ask, env }) => {
      await env.sleep(seconds(2))
      const lines = [await ask('redis-1', 'SET x 1'), await ask('redis-1', 'WAIT 2 500')]
      // From 3 s on one of them is cut off.
      await env.sleep(ms(1100))
      lines.push(await ask('redis-1', 'SET x 2'), await ask('redis-1', 'WAIT 2 300'))
      lines.push(await ask('redis-1', 'WAIT 1 300'), await ask('redis-1', 'WAIT 0 300'))
      return lines
    },
    [cutOff('redis-2', 3000, 2000)],
  )
  expect(told).toEqual(['+OK', ':2', '+OK', ':1', ':1', ':1'])
})

test('after a short cut a replica goes on from where it was: no snapshot is sent', async () => {
  const told = await played(
    { 'redis-1': impatient, 'redis-2': follows('redis-1') },
    async (asking) => {
      const { ask, env } = asking
      await env.sleep(seconds(3))
      const lines = [await syncs(asking, 'redis-1')]
      await ask('redis-1', 'SET x during')
      lines.push(await ask('redis-2', 'GET x'))
      await until(asking, 'redis-2', 'GET x', 'during')
      return [...lines, await syncs(asking, 'redis-1')]
    },
    [cutOff('redis-2', 2500, 3000)],
  )
  expect(told).toEqual(['1 0', '_', '1 1'])
})

test('what the backlog has forgotten costs a snapshot', async () => {
  const small = { ...impatient, 'repl-backlog-size': 64 }
  const told = await played(
    { 'redis-1': small, 'redis-2': follows('redis-1') },
    async (asking) => {
      const { ask, env } = asking
      await env.sleep(seconds(3))
      const lines = [await syncs(asking, 'redis-1')]
      await ask('redis-1', `SET x ${'long'.repeat(30)}`)
      await until(asking, 'redis-2', 'GET x', 'long')
      return [...lines, await syncs(asking, 'redis-1')]
    },
    [cutOff('redis-2', 2500, 3000)],
  )
  expect(told).toEqual(['1 0', '2 0'])
})

test('replicas of replicas get the same stream, and expired keys leave all of them by the word of the first', async () => {
  const servers = { 'redis-1': impatient, 'redis-2': follows('redis-1'), 'redis-3': follows('redis-2') }
  const told = await played(servers, async (asking) => {
    const { ask, env } = asking
    await until(asking, 'redis-3', 'ROLE', 'connected')
    await ask('redis-1', 'SET x 1 PX 300')
    await ask('redis-1', 'SELECT 2')
    await ask('redis-1', 'RPUSH list a b')
    await env.sleep(ms(100))
    const lines = [await ask('redis-3', 'GET x'), await ask('redis-3', 'DBSIZE')]
    await env.sleep(ms(1000))
    lines.push(await ask('redis-3', 'GET x'), await ask('redis-3', 'DBSIZE'))
    lines.push(await ask('redis-3', 'SELECT 2'), await ask('redis-3', 'LRANGE list 0 -1'))
    const ids = await Promise.all(
      ['redis-1', 'redis-3'].map(
        async (name) => /replid:(\w+)/.exec(await ask(name, 'INFO replication'))?.[1],
      ),
    )
    return [...lines, `${ids[0] === ids[1]}`]
  })
  expect(told).toEqual(['"1"', ':1', '_', ':0', '+OK', '*["a" "b"]', 'true'])
})

test('a replica that becomes the master is followed by the others without a snapshot', async () => {
  const servers = { 'redis-1': impatient, 'redis-2': follows('redis-1'), 'redis-3': follows('redis-1') }
  const told = await played(servers, async (asking) => {
    const { ask, env } = asking
    await env.sleep(seconds(2))
    await ask('redis-1', 'SET x 1')
    await ask('redis-1', 'WAIT 2 500')
    const lines = [await ask('redis-2', 'REPLICAOF NO ONE'), await ask('redis-2', 'SET x 2')]
    lines.push(await ask('redis-3', 'REPLICAOF redis-2 6379'))
    await until(asking, 'redis-3', 'GET x', '2')
    return [...lines, await syncs(asking, 'redis-2')]
  })
  expect(told).toEqual(['+OK', '+OK', '+OK', '0 1'])
})

test('a master with too few replicas that keep up refuses writes, and takes them again', async () => {
  const strict = { ...impatient, 'repl-timeout': 60, 'min-replicas-to-write': 1, 'min-replicas-max-lag': 1 }
  const told = await played(
    { 'redis-1': strict, 'redis-2': follows('redis-1') },
    async (asking) => {
      const { ask, env } = asking
      const lines = [await ask('redis-1', 'SET x 0')]
      await env.sleep(seconds(2))
      lines.push(await ask('redis-1', 'SET x 1'))
      await env.sleep(seconds(3))
      lines.push(await ask('redis-1', 'SET x 2'), await ask('redis-1', 'GET x'))
      while ((await ask('redis-1', 'SET x 3')) !== '+OK') await env.sleep(ms(100))
      return lines
    },
    [cutOff('redis-2', 3000, 3000)],
  )
  const refused = '-NOREPLICAS Not enough good replicas to write.'
  expect(told).toEqual([refused, '+OK', refused, '"1"'])
})

test('each side gives the other up after repl-timeout', async () => {
  const told = await played(
    { 'redis-1': impatient, 'redis-2': follows('redis-1') },
    async ({ ask, env }) => {
      await env.sleep(seconds(3))
      const before = await ask('redis-1', 'INFO replication')
      await env.sleep(seconds(4))
      const after = await ask('redis-1', 'INFO replication')
      const link = await ask('redis-2', 'INFO replication')
      const count = (text: string): string => /connected_slaves:[0-9]+/.exec(text)?.[0] ?? ''
      return [count(before), count(after), /master_link_status:\w+/.exec(link)?.[0] ?? '']
    },
    [cutOff('redis-2', 3500, 10_000)],
  )
  expect(told).toEqual(['connected_slaves:1', 'connected_slaves:0', 'master_link_status:down'])
})

/** A machine crashes after a while, and comes back with what is on its disk. */
function crash(name: string, at: number): WrittenFault {
  return { kind: 'crash', node: name, at: ms(at), for: ms(500), disk: 'lost' }
}

test('a replica that was restarted goes on from its snapshot', async () => {
  const told = await played(
    { 'redis-1': impatient, 'redis-2': follows('redis-1') },
    async (asking) => {
      const { ask, env } = asking
      await until(asking, 'redis-2', 'ROLE', 'connected')
      await ask('redis-1', 'SELECT 3')
      const lines = [await ask('redis-1', 'SET a 1'), await ask('redis-1', 'SET short 1 PX 800')]
      lines.push(await ask('redis-1', 'WAIT 1 1000'), await ask('redis-2', 'SAVE'))
      // In the same database, which is not told again.
      lines.push(await ask('redis-1', 'SET b 2'))
      await env.sleep(seconds(4))
      while ((await ask('redis-2', 'PING')) !== '+PONG') await env.sleep(ms(50))
      await until(asking, 'redis-2', 'ROLE', 'connected')
      lines.push(await ask('redis-2', 'SELECT 3'), await ask('redis-2', 'MGET a b short'))
      lines.push(await ask('redis-2', 'DBSIZE'))
      return [...lines, await syncs(asking, 'redis-1')]
    },
    [crash('redis-2', 3000)],
  )
  expect(told).toEqual(['+OK', '+OK', ':1', '+OK', '+OK', '+OK', '*["1" "2" _]', ':2', '1 1'])
})

test('a master that was restarted is gone on with by replicas that have no more than its snapshot', async () => {
  const told = await played(
    { 'redis-1': impatient, 'redis-2': follows('redis-1') },
    async (asking) => {
      const { ask, env } = asking
      await until(asking, 'redis-2', 'ROLE', 'connected')
      await ask('redis-1', 'SET a 1')
      // PING between the snapshot and the crash would be more than the snapshot has.
      while (env.clock.monotonic() < seconds(3.8)) await env.sleep(ms(10))
      const lines = [await ask('redis-1', 'WAIT 1 100'), await ask('redis-1', 'SAVE')]
      await env.sleep(seconds(2))
      while ((await ask('redis-1', 'GET a')) !== '"1"') await env.sleep(ms(50))
      await until(asking, 'redis-2', 'ROLE', 'connected')
      lines.push(await ask('redis-1', 'SET b 2'), await ask('redis-1', 'WAIT 1 2000'))
      lines.push(await ask('redis-2', 'MGET a b'))
      return [...lines, await syncs(asking, 'redis-1')]
    },
    [crash('redis-1', 3850)],
  )
  expect(told).toEqual([':1', '+OK', '+OK', ':1', '*["1" "2"]', '0 1'])
})
