// `maxmemory-clients`: who is sent away, and who is not; a real redis-server does the same.

import { describe, expect, test } from 'vitest'

import { redisServerPath, startRealRedis } from './testing/real-redis.ts'
import { startOurRedis } from './testing/our-redis.ts'
import { shown, Wire } from './testing/wire.ts'

const kilobyte = 1024

/** A value that is announced and comes but for its end: so much waits in the server. */
function begun(bytes: number): string {
  return `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${bytes}\r\n${'x'.repeat(bytes - 1)}`
}

const rest = 'x\r\n'

interface Greedy {
  /** Sends a value but for its end. */
  begin(bytes: number): Promise<void>
  /** Sends the end of it; the reply, or that the connection is closed. */
  end(): Promise<string>
  ask(...args: readonly string[]): Promise<string>
}

/** Plays with clients of a server that allows a megabyte to all of them; the one that is asked never counts. */
async function withClients(
  start: () => Promise<{ readonly port: number; stop(): Promise<void> }>,
  play: (watcher: Greedy, open: () => Promise<Greedy>) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const server = await start()
  const wires: Wire[] = []
  const open = async (): Promise<Greedy> => {
    const wire = await Wire.open(server.port)
    wires.push(wire)
    return {
      begin: async (bytes) => {
        wire.raw(begun(bytes))
        // Until it has arrived, or somebody had to go for it.
        for (let tries = 0; tries < 100 && !(await hasArrived(watcher, bytes)); tries++)
          await new Promise((resolve) => setTimeout(resolve, 10))
      },
      end: async () => {
        wire.raw(rest)
        return shown(await wire.next())
      },
      ask: async (...args) => shown(await wire.ask(...args)),
    }
  }
  const watcher = await open()
  try {
    await watcher.ask('CLIENT', 'NO-EVICT', 'ON')
    await watcher.ask('CONFIG', 'SET', 'maxmemory-clients', '1mb')
    const told = await play(watcher, open)
    const [evicted = ''] = /evicted_clients:[0-9]+/.exec(await watcher.ask('INFO', 'stats')) ?? []
    return [...told, evicted]
  } finally {
    for (const wire of wires) wire.close()
    await server.stop()
  }
}

async function hasArrived(watcher: Greedy, bytes: number): Promise<boolean> {
  const [list, stats] = [await watcher.ask('CLIENT', 'LIST'), await watcher.ask('INFO', 'stats')]
  const waiting = [...list.matchAll(/ qbuf=([0-9]+)/g)].some(([, found]) => Number(found) >= bytes - 1000)
  return waiting || /evicted_clients:[1-9]/.test(stats)
}

const servers = [
  ['ours', true, () => startOurRedis()],
  ['redis-server', redisServerPath !== null, () => startRealRedis()],
] as const

describe.each(servers)('with maxmemory-clients %s', (_, isThere, start) => {
  test.skipIf(!isThere)('sends the largest away, and no more than has to go', async () => {
    const told = await withClients(start, async (_watcher, open) => {
      const [small, large] = [await open(), await open()]
      await small.begin(300 * kilobyte)
      await large.begin(900 * kilobyte)
      return [await large.end(), await small.end(), await small.ask('GET', 'nosuch')]
    })
    expect(told).toEqual(['(closed)', '+OK', '_', 'evicted_clients:1'])
  })

  test.skipIf(!isThere)('counts what a transaction has queued', async () => {
    const told = await withClients(start, async (_watcher, open) => {
      const client = await open()
      await client.ask('MULTI')
      const queued: string[] = []
      for (let count = 0; count < 20; count++)
        queued.push(await client.ask('SET', 'k', 'x'.repeat(100 * kilobyte)))
      return [`${queued[0]}`, `${queued[19]}`]
    })
    expect(told).toEqual(['+QUEUED', '(closed)', 'evicted_clients:1'])
  })

  test.skipIf(!isThere)('spares those that said NO-EVICT, and a sum that no limit forbids', async () => {
    const told = await withClients(start, async (watcher, open) => {
      const client = await open()
      await client.ask('CLIENT', 'NO-EVICT', 'ON')
      await client.begin(2000 * kilobyte)
      const spared = await client.end()
      await watcher.ask('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-clients', '50%')
      const other = await open()
      await other.begin(2000 * kilobyte)
      return [spared, await other.end()]
    })
    expect(told).toEqual(['+OK', '+OK', 'evicted_clients:0'])
  })

  test.skipIf(!isThere)('sends away who was there when the limit came down', async () => {
    const told = await withClients(start, async (watcher, open) => {
      await watcher.ask('CONFIG', 'SET', 'maxmemory-clients', '0')
      const client = await open()
      await client.begin(2000 * kilobyte)
      await watcher.ask('CONFIG', 'SET', 'maxmemory-clients', '1mb')
      for (let tries = 0; tries < 100; tries++) {
        if (/evicted_clients:[1-9]/.test(await watcher.ask('INFO', 'stats'))) break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return [await client.end()]
    })
    expect(told).toEqual(['(closed)', 'evicted_clients:1'])
  })
})
