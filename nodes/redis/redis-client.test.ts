// What a client of Redis tells of its connection, on which WATCH and MULTI depend.

import { expect, test } from 'vitest'

import { redis, RedisClient, redisPort } from './index.ts'
import { at, ms, node, run, scenario, seconds } from '../../sim/index.ts'

test('a connection that came in place of another has another number', async () => {
  const numbers: (number | null)[] = []
  const told = scenario({
    title: 'a server that crashes',
    nodes: () => [
      node('redis', redis),
      node('client', async (env) => {
        const client = new RedisClient(env, { host: 'redis', port: redisPort })
        const note = (): void => void numbers.push(client.connectionNumber)
        note()
        await client.call(['PING'], seconds(1))
        note()
        await client.call(['PING'], seconds(1))
        note()
        await env.sleep(seconds(2))
        note()
        await client.call(['PING'], seconds(1))
        note()
      }),
    ],
    faults: [{ kind: 'crash', node: 'redis', at: at(seconds(1)), for: ms(100), connections: 'reset' }],
    duration: seconds(5),
  })
  const { violations } = await run(told, { seed: 1 })
  expect(violations).toEqual([])
  expect(numbers).toEqual([null, 1, 1, null, 2])
})
