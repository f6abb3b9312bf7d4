// Real monitors beside one of ours, before real servers: they find each other by what they publish, tell of each other in the same
// fields, and fail over together.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { redisSentinel, sentinelPort } from '../index.ts'
import type { Reply } from '../resp/reply-decoder.ts'
import { redisServerPath, untilListening } from '../testing/real-redis.ts'
import { Wire } from '../testing/wire.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { type Served, served } from '../../../sim/real/testing/served.ts'

const patience = { timeout: 30_000, interval: 100 }

const running: ChildProcess[] = []
let folder = ''
let ours: Served
let ports: { readonly master: number; readonly replica: number; readonly real: readonly number[] }

async function started(...args: readonly string[]): Promise<void> {
  const [, port = ''] = /port ([0-9]+)/.exec(args.join(' ')) ?? []
  running.push(spawn(redisServerPath ?? '', [...args], { stdio: 'ignore', cwd: folder }))
  await untilListening(Number(port))
}

async function sentinel(port: number, master: number): Promise<void> {
  const file = join(folder, `port ${port}.conf`)
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${master} 2`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 1000',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  await started(file, '--sentinel')
}

/** What a monitor replies. */
async function ask(port: number, line: string): Promise<readonly Reply[]> {
  const wire = await Wire.open(port)
  const reply = await wire.ask(...line.split(' '))
  wire.close()
  if (reply === null) throw new Error(`no reply to ${line}`)
  return 'items' in reply ? reply.items : [reply]
}

function texts(list: readonly Reply[]): readonly string[] {
  return list.flatMap((reply) => ('text' in reply ? [reply.text] : []))
}

/** Each of a list of flat maps. */
async function fieldsOf(port: number, line: string): Promise<readonly ReadonlyMap<string, string>[]> {
  const replies = await ask(port, line)
  return replies.map((reply) => {
    const flat = texts('items' in reply ? reply.items : [])
    return new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as const] : [])))
  })
}

async function idsOfOthers(port: number): Promise<readonly string[]> {
  const others = await fieldsOf(port, 'SENTINEL SENTINELS main')
  return others.map((fields) => fields.get('runid') ?? '').toSorted()
}

describe.skipIf(redisServerPath === null)('two real monitors and one of ours', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'real-sentinels-'))
    const [master, replica, first, second] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    ports = { master, replica, real: [first, second] }
    const server = ['--bind', '127.0.0.1', '--save', '', '--dir', folder, '--repl-diskless-sync-delay', '0']
    await started('--port', String(master), ...server)
    await started('--port', String(replica), ...server, '--replicaof', `127.0.0.1 ${master}`)
    for (const port of ports.real) await sentinel(port, master)
    const settings = { 'down-after-milliseconds': 1000, 'failover-timeout': 1000, quorum: 2 }
    const parameters = { master: `127.0.0.1 ${master}`, ...settings }
    ours = await served(redisSentinel, { port: sentinelPort, parameters })
  }, 30_000)

  afterAll(async () => {
    await ours.stop()
    for (const each of running.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      const ended = new Promise((resolve) => each.once('exit', resolve))
      each.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true })
  })

  test('find each other', { timeout: 60_000 }, async () => {
    const all = [...ports.real, ours.port]
    const ids = await Promise.all(all.map(async (port) => texts(await ask(port, 'SENTINEL MYID'))[0] ?? ''))
    for (const [place, port] of all.entries()) {
      const others = ids.filter((_, each) => each !== place).toSorted()
      await vi.waitUntil(async () => (await idsOfOthers(port)).length === others.length, patience)
      expect(await idsOfOthers(port)).toEqual(others)
      await vi.waitUntil(async () => {
        const [reply] = await ask(port, 'SENTINEL CKQUORUM main')
        return reply !== undefined && texts([reply])[0]?.startsWith('OK 3 usable')
      }, patience)
    }
  })

  test('tell of masters, replicas and each other in the same fields', { timeout: 60_000 }, async () => {
    const [real = 0] = ports.real
    await vi.waitUntil(async () => (await fieldsOf(ours.port, 'SENTINEL REPLICAS main')).length > 0, patience)
    for (const line of ['SENTINEL MASTERS', 'SENTINEL REPLICAS main', 'SENTINEL SENTINELS main']) {
      const [their, our] = [await fieldsOf(real, line), await fieldsOf(ours.port, line)]
      expect(our.length).toBe(their.length)
      expect([...(our[0]?.keys() ?? [])]).toEqual([...(their[0]?.keys() ?? [])])
      if (line.includes('SENTINELS')) continue
      for (const name of [
        'name',
        'ip',
        'port',
        'runid',
        'flags',
        'role-reported',
        'master-link-status',
        'num-slaves',
      ])
        expect([name, our[0]?.get(name)]).toEqual([name, their[0]?.get(name)])
    }
  })

  test('make the replica the master when the master is gone', { timeout: 60_000 }, async () => {
    running[0]?.kill('SIGKILL')
    for (const port of [...ports.real, ours.port])
      await vi.waitUntil(
        async () =>
          texts(await ask(port, 'SENTINEL GET-MASTER-ADDR-BY-NAME main'))[1] === String(ports.replica),
        patience,
      )
    const [role] = texts(await ask(ports.replica, 'ROLE'))
    expect(role).toBe('master')
  })
})
