// ioredis asks monitors where the master is, and goes over to the new one when the old one stops: all of it on sockets.

import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { redis, redisSentinel, sentinelPort } from './index.ts'
import { freePort } from '../../sim/real/testing/both.ts'
import { ms, type Program, RealNode } from '../../sim/index.ts'

const host = '127.0.0.1'
let nodes: readonly RealNode[]
let ports: readonly [first: number, second: number, sentinel: number]

function realNode(
  name: string,
  program: Program,
  port: number,
  parameters: Readonly<Record<string, string | number | readonly string[]>>,
  listens = port,
): RealNode {
  return new RealNode({
    name,
    program,
    parameters,
    listen: new Map([[listens, { host, port }]]),
    peers: new Map([[host, host]]),
    hasMessages: false,
  })
}

beforeAll(async () => {
  const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()]
  ports = [first, second, sentinel]
  nodes = [
    realNode('redis-1', redis, first, { port: first }),
    realNode('redis-2', redis, second, { port: second, replicaof: `${host} ${first}` }),
    realNode(
      'sentinel',
      redisSentinel,
      sentinel,
      {
        master: `${host} ${first}`,
        replicas: [`${host} ${second}`],
        'down-after-milliseconds': 200,
        // On a busy machine a master that is only slow may be failed over first.
        'failover-timeout': 1000,
      },
      sentinelPort,
    ),
  ]
  for (const node of nodes) await node.start()
})

afterAll(async () => {
  for (const node of nodes) await node.stop(ms(100))
})

test('what was replicated is there after a failover, and writes go to the new master', async () => {
  const client = new Redis({
    sentinels: [{ host, port: ports[2] }],
    name: 'main',
    sentinelRetryStrategy: () => 50,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => undefined)
  try {
    await client.set('kept', 'yes')
    expect(await client.call('ROLE')).toContain('master')
    // The replica connects within its first second.
    for (let tries = 0; (await client.wait(1, 200)) < 1 && tries < 50; tries++) await client.incr('tries')
    await nodes[0]?.stop(ms(100))
    expect(await client.set('after', 'the failover')).toBe('OK')
    expect(await client.mget('kept', 'after')).toEqual(['yes', 'the failover'])
    expect(client.stream.remotePort).toBe(ports[1])
  } finally {
    client.disconnect()
  }
}, 30_000)
