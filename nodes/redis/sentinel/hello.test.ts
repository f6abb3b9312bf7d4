// What monitors say of themselves, and that those who were told of nobody find each other by it, and know each other afterwards.

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { helloText, parseHello } from './hello.ts'
import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../index.ts'
import { shown } from '../testing/wire.ts'
import { type Env, ms, node, run, scenario, seconds } from '../../../sim/index.ts'

const id = 'a1'.repeat(20)

test('a hello is read as it was said', () => {
  const text = `127.0.0.1,26379,${id},7,main,redis-1,6379,3`
  const hello = parseHello(text)
  expect(hello).toEqual({
    address: { host: '127.0.0.1', port: 26379 },
    id,
    epoch: 7,
    name: 'main',
    master: { host: 'redis-1', port: 6379 },
    masterEpoch: 3,
  })
  expect(hello === null ? '' : helloText(hello)).toBe(text)
})

test('whatever else is said is none', () => {
  for (const text of [
    '',
    'hello',
    `,1,${id},1,main,b,1,1`,
    `a,0,${id},1,main,b,1,1`,
    `a,1,${id},1,main,b,70000,1`,
    `a,1,x,1,main,b,1,1`,
    `a,1,${id},-1,main,b,1,1`,
    `a,1,${id},1,main,b,1,1,1`,
    `a b,1,${id},1,main,b,1,1`,
  ])
    expect(parseHello(text)).toBeNull()
  fc.assert(
    fc.property(fc.string(), (text) => {
      const hello = parseHello(text)
      expect(hello === null || helloText(hello) !== '').toBe(true)
    }),
  )
})

test('monitors that were told of no other find each other, also who was restarted, and fail over', async () => {
  const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3']
  const patient = { 'repl-timeout': 2, 'repl-ping-replica-period': 1 }
  const told: string[] = []
  const parameters = {
    master: `redis-1 ${redisPort}`,
    'down-after-milliseconds': 500,
    'failover-timeout': 2000,
  }
  const story = scenario({
    title: 'strangers',
    nodes: () => [
      node('redis-1', redis, { parameters: patient }),
      node('redis-2', redis, { parameters: { ...patient, replicaof: `redis-1 ${redisPort}` } }),
      ...sentinels.map((name) => node(name, redisSentinel, { parameters })),
      node('asker', async (env: Env) => {
        const ask = async (host: string, line: string): Promise<string> => {
          const port = host.startsWith('redis') ? redisPort : sentinelPort
          const client = new RedisClient(env, { host, port })
          const reply = shown(await client.call(line.split(' '), seconds(2)))
          client.close()
          return reply
        }
        await env.sleep(seconds(6))
        const forged = `evil,1,${id},1,other,evil,1,9`
        told.push(await ask('redis-1', `PUBLISH __sentinel__:hello ${forged}`))
        for (const host of sentinels) told.push(await ask(host, 'SENTINEL CKQUORUM main'))
        // The master and one monitor end: who comes back knows by its disk that two are a majority.
        await env.sleep(seconds(3))
        told.push(await ask('sentinel-2', 'SENTINEL CKQUORUM main'))
        await env.sleep(seconds(8))
        for (const host of ['sentinel-1', 'sentinel-2'])
          told.push(await ask(host, 'SENTINEL GET-MASTER-ADDR-BY-NAME main'))
      }),
    ],
    faults: [
      { kind: 'crash', node: 'redis-1', at: seconds(7), for: seconds(30) },
      { kind: 'crash', node: 'redis-2', at: seconds(7), for: seconds(3) },
      { kind: 'crash', node: 'sentinel-3', at: seconds(7), for: seconds(30) },
      { kind: 'crash', node: 'sentinel-2', at: seconds(7), for: ms(300), disk: 'lost' },
    ],
    unrestricted: true,
    duration: seconds(18),
    settle: ms(100),
  })
  await run(story, { seed: 1, isChecked: false })
  const enough = (count: number): string =>
    `+OK ${count} usable Sentinels. Quorum and failover authorization can be reached`
  expect(told).toEqual([
    ':3',
    ...sentinels.map(() => enough(3)),
    enough(2),
    '*["redis-2" "6379"]',
    '*["redis-2" "6379"]',
  ])
})
