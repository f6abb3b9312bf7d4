// Who is let in.

import { expect, test } from 'vitest'

import { raftRedis, redis, RedisClient, redisPort } from './index.ts'
import { shown } from './testing/wire.ts'
import { type Env, group, ms, node, type Program, run, scenario, seconds } from '../../sim/index.ts'

test.each([
  ['redis', redis],
  ['a replica on a Raft log', raftRedis()],
] as const)('of %s: CONFIG SET maxclients holds for whoever connects from then on', async (_, program) => {
  const told: string[] = []
  const asker: Program = async (env: Env) => {
    const opened = async (): Promise<string> => {
      const connection = await env.net.connect('redis-1', redisPort)
      await connection.write('PING\r\n')
      let said = ''
      while (!said.endsWith('\r\n')) said += Buffer.from((await connection.read()) ?? []).toString()
      return said
    }
    await env.sleep(seconds(1))
    const client = new RedisClient(env, { host: 'redis-1', port: redisPort })
    told.push(shown(await client.call(['CONFIG', 'SET', 'maxclients', '2'], seconds(1))))
    told.push(await opened(), await opened())
    told.push(shown(await client.call(['CONFIG', 'SET', 'maxclients', '3'], seconds(1))))
    told.push(await opened())
  }
  const story = scenario({
    title: 'clients',
    nodes: () => [...group('redis', 1, program), node('asker', asker)],
    duration: seconds(3),
    settle: ms(10),
  })
  expect((await run(story, { seed: 1, isChecked: false })).violations).toEqual([])
  const refused = '-ERR max number of clients reached\r\n'
  expect(told).toEqual(['+OK', '+PONG\r\n', refused, '+OK', '+PONG\r\n'])
})
