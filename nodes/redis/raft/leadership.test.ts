// What a replica on a Raft log says of who leads, and how it is ended.

import { expect, test } from 'vitest'

import { raftRedis, RedisClient, redisPort } from '../index.ts'
import { shown } from '../testing/wire.ts'
import { type Env, group, ms, node, run, scenario, seconds } from '../../../sim/index.ts'
import { RequestError } from '../../transport/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']

async function ask(env: Env, host: string, line: string): Promise<string> {
  const client = new RedisClient(env, { host, port: redisPort, connectTimeout: ms(200) })
  try {
    return shown(await client.call(line.split(' '), seconds(1)))
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return 'gone'
  } finally {
    client.close()
  }
}

async function play(asker: (env: Env) => Promise<void>): Promise<void> {
  const story = scenario({
    title: 'leadership',
    nodes: () => [
      ...group('redis', 3, raftRedis(), { parameters: { 'enable-debug-command': 'yes' } }),
      node('asker', asker),
    ],
    duration: seconds(6),
    settle: ms(10),
  })
  const { violations } = await run(story, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
}

test('INFO and ROLE say the same: one leads, and the others name it', async () => {
  const told = new Map<string, string>()
  const roles = new Map<string, string>()
  await play(async (env) => {
    await env.sleep(seconds(2))
    for (const host of replicas) {
      told.set(host, await ask(env, host, 'INFO replication'))
      roles.set(host, await ask(env, host, 'ROLE'))
    }
  })
  const leaders = replicas.filter((host) => told.get(host)?.includes('role:master'))
  expect(leaders).toHaveLength(1)
  for (const host of replicas) {
    const isLeader = leaders.includes(host)
    expect(roles.get(host)).toContain(isLeader ? '"master"' : `"slave" "${leaders[0]}"`)
    if (!isLeader) expect(told.get(host)).toMatch(new RegExp(`role:slave.*master_host:${leaders[0]}`, 's'))
    expect(told.get(host)).toContain(`raft_leader:${leaders[0]}`)
  }
})

test('what needs files or a stream of changes is refused, and SHUTDOWN ends it on purpose', async () => {
  const told: string[] = []
  await play(async (env) => {
    await env.sleep(seconds(2))
    for (const line of ['SYNC', 'FAILOVER', 'DEBUG RELOAD', 'PING', 'SHUTDOWN', 'PING'])
      told.push(await ask(env, 'redis-1', line))
  })
  expect(told).toEqual([
    '-ERR SYNC is not for servers that replicate by Raft',
    '-ERR FAILOVER is not for servers that replicate by Raft',
    '-ERR this server keeps no files',
    '+PONG',
    'gone',
    'gone',
  ])
})
