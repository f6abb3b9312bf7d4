// What a monitor watches can be changed while it runs: the words of a real one, and what becomes of it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../index.ts'
import { redisServerPath, untilListening } from '../testing/real-redis.ts'
import { shown, Wire } from '../testing/wire.ts'
import { type Env, ms, node, run, scenario, seconds } from '../../../sim/index.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { served } from '../../../sim/real/testing/served.ts'

const commands = [
  'MONITOR main 127.0.0.1 1 1',
  'MONITOR x 127.0.0.1 1 0',
  'MONITOR x 127.0.0.1 y 1',
  'MONITOR x 127.0.0.1 70000 1',
  'MONITOR x 127.0.0.1 1 a',
  'CKQUORUM main',
  'CKQUORUM x',
  'MONITOR x 127.0.0.1 2 1',
  'CKQUORUM x',
  'GET-MASTER-ADDR-BY-NAME x',
  'SET x quorum 0',
  'SET x other 1',
  'SET x quorum',
  'SET y quorum 1',
  'SET x failover-timeout 0',
  'SET x down-after-milliseconds abc',
  'SET x quorum 3 down-after-milliseconds 500',
  'SET x parallel-syncs 2',
  'CKQUORUM x',
  'RESET y*',
  'RESET *',
  'REMOVE y',
  'REMOVE x',
  'REMOVE x',
  'GET-MASTER-ADDR-BY-NAME x',
  'SENTINELS main',
  'FLUSHCONFIG',
  'PENDING-SCRIPTS',
]

/** What clients of any server ask. */
const usual = [
  'PING',
  'CLIENT SETNAME x',
  'CLIENT GETNAME',
  'CLIENT NO-EVICT on',
  'CLIENT KILL',
  'COMMAND COUNT',
  'COMMAND INFO get set',
  'ACL WHOAMI',
  'GET x',
  'SELECT 1',
  'ECHO x',
  'MULTI',
  'CONFIG GET port',
  'PUBLISH news x',
  'INFO sentinel',
  'SHUTDOWN x',
  'ROLE',
  'RESET',
  'QUIT',
]

async function repliesOf(port: number): Promise<readonly string[]> {
  const wire = await Wire.open(port)
  const lines = [...commands.map((line) => `SENTINEL ${line}`), ...usual]
  try {
    const replies = await wire.askAll(lines.map((line) => line.split(' ')))
    return replies.map((reply, place) => `${lines[place]}: ${shown(reply)}`)
  } finally {
    wire.close()
  }
}

test.skipIf(redisServerPath === null)('a monitor answers as a real one does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'real-sentinel-'))
  const port = await freePort()
  const file = join(folder, 'sentinel.conf')
  await writeFile(file, `port ${port}\ndir ${folder}\nsentinel monitor main 127.0.0.1 1 2\n`)
  const real = spawn(redisServerPath ?? '', [file, '--sentinel'], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => real.on('exit', () => resolve()))
  const ours = await served(redisSentinel, {
    port: sentinelPort,
    parameters: { master: '127.0.0.1 1', quorum: 2 },
  })
  try {
    await Promise.all([untilListening(port), untilListening(ours.port)])
    expect(await repliesOf(ours.port)).toEqual(await repliesOf(port))
  } finally {
    await ours.stop()
    real.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true })
  }
})

test('a master that monitors were told of later is failed over, also when they were restarted', async () => {
  const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3']
  const patient = { 'repl-timeout': 2, 'repl-ping-replica-period': 1 }
  const told: string[] = []
  const story = scenario({
    title: 'later',
    nodes: () => [
      node('main', redis, { parameters: patient }),
      node('other', redis, { parameters: patient }),
      node('replica', redis, { parameters: { ...patient, replicaof: `other ${redisPort}` } }),
      ...sentinels.map((name) =>
        node(name, redisSentinel, {
          parameters: {
            master: `main ${redisPort}`,
            sentinels: sentinels.filter((each) => each !== name).map((host) => `${host} ${sentinelPort}`),
          },
        }),
      ),
      node('asker', async (env: Env) => {
        const ask = async (host: string, line: string): Promise<string> => {
          const client = new RedisClient(env, { host, port: sentinelPort })
          const reply = shown(await client.call(['SENTINEL', ...line.split(' ')], seconds(2)))
          client.close()
          return reply
        }
        await env.sleep(seconds(1))
        for (const host of sentinels) {
          told.push(await ask(host, `MONITOR second other ${redisPort} 2`))
          told.push(await ask(host, 'SET second down-after-milliseconds 500 failover-timeout 2000'))
        }
        await env.sleep(seconds(3))
        told.push(await ask('sentinel-2', 'CKQUORUM second'))
        await env.sleep(seconds(12))
        for (const host of sentinels) told.push(await ask(host, 'GET-MASTER-ADDR-BY-NAME second'))
        told.push(await ask('sentinel-1', 'REMOVE second'), await ask('sentinel-1', 'CKQUORUM second'))
      }),
    ],
    faults: [
      ...sentinels.map(
        (name) => ({ kind: 'crash', node: name, at: seconds(5), for: ms(300), disk: 'lost' }) as const,
      ),
      { kind: 'crash', node: 'other', at: seconds(7), for: seconds(20) },
    ],
    unrestricted: true,
    duration: seconds(18),
    settle: seconds(1),
  })
  await run(story, { seed: 1, isChecked: false })
  expect(told).toEqual([
    ...Array.from({ length: 6 }, () => '+OK'),
    '+OK 3 usable Sentinels. Quorum and failover authorization can be reached',
    ...Array.from({ length: 3 }, () => '*["replica" "6379"]'),
    '+OK',
    '-ERR No such master with that name',
  ])
})
