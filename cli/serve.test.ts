import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { components } from './components.ts'
import { serving, untilWritten } from './testing/serving.ts'
import { Workplace } from './testing/workplace.ts'
import { freePort } from '../sim/real/testing/both.ts'
import { findProgram } from '../sim/real/testing/programs.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

/** What comes back for some bytes, up to the end of the stream. */
function exchange(address: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(target(address))
    let all = ''
    socket.on('data', (bytes) => {
      all += bytes.toString()
    })
    socket.on('error', reject)
    socket.on('end', () => {
      resolve(all)
    })
    socket.end(text)
  })
}

/** The address that a `faultline serve` says, as one connects to it. */
function target(
  address: string,
): { readonly host: string; readonly port: number } | { readonly path: string } {
  const [, path, host = '', port] = /^(?:unix:(.+)|\[?([^\]]+)\]?:(\d+))$/.exec(address) ?? []
  return path === undefined ? { host, port: Number(port) } : { path }
}

describe('serve', () => {
  test('serves a component on a port, stops when it is asked to, and leaves a log that other commands read', async () => {
    const node = await serving(place, 'echo', '--port', '0', '--log', 'echo.ndjson')
    expect(await exchange(await node.at(7), 'hello')).toBe('hello')
    node.signal('SIGTERM')
    expect(await node.ended()).toBe(0)
    expect(node.told()).toMatch(/started echo, incarnation 1\n[^]*stopped\n/)
    const stats = await place.faultline('stats', 'echo.ndjson')
    expect([stats.code, stats.out]).toEqual([0, expect.stringContaining('stop-asked')])
  })

  test('says where it listens, for each port of the program, be it IPv4, IPv6 or a Unix socket', async () => {
    const path = join(place.folder, 'echo.sock')
    for (const [words, wanted] of [
      [['--port', '0'], /^127\.0\.0\.1:[1-9]\d*$/],
      [['--port', '0', '--host', '::1'], /^\[::1\]:[1-9]\d*$/],
      [['--listen', '7=[::1]:0'], /^\[::1\]:[1-9]\d*$/],
      [['--listen', `7=unix:${path}`], new RegExp(`^unix:${path}$`)],
    ] as const) {
      const node = await serving(place, 'echo', ...words, '--messages', '127.0.0.1:0')
      expect(await node.at(7)).toMatch(wanted)
      expect(await exchange(await node.at(7), 'hello')).toBe('hello')
      await node.tells(/^takes messages on 127\.0\.0\.1:[1-9]\d*$/m)
      await node.tells(
        words[1].includes('unix') ? /^warn no datagrams/m : /^listens on \S+, its UDP port 7$/m,
      )
      node.signal('SIGTERM')
      expect(await node.ended()).toBe(0)
    }
    const chat = await serving(place, 'chat', '--port', '0', '--listen', '7080=127.0.0.1:0')
    expect(await chat.portOf(7000)).not.toBe(await chat.portOf(7080))
    chat.signal('SIGTERM')
    expect(await chat.ended()).toBe(0)
  })

  test.each([
    ['http', '/', 'Faultline speaks HTTP/1.1 here'],
    ['rest', '/openapi.json', '"title":"Inventory"'],
  ])('serves %s: requests are answered, also those of a kept connection', async (name, path, wanted) => {
    const node = await serving(place, name, '--port', '0')
    const origin = `http://${await node.at(80)}`
    for (let count = 0; count < 2; count++) {
      const answer = await fetch(`${origin}${path}`)
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(wanted)])
    }
    const missing = await fetch(`${origin}/nowhere`)
    expect([missing.status, (await missing.arrayBuffer()).byteLength > 0]).toEqual([404, true])
    node.signal('SIGTERM')
    expect(await node.ended()).toBe(0)
  })

  test('serves a program of somebody, counts its starts, keeps its files, and listens on a Unix socket', async () => {
    place.write(
      'counted.ts',
      `export default async (env) => {
        const file = await env.disk.open('/starts', { create: true })
        await file.append(new TextEncoder().encode(String(env.incarnation)))
        await file.sync()
        const size = await file.size()
        const text = new TextDecoder().decode(await file.read(0, size))
        for await (const connection of await env.net.listen(9))
          env.spawn(async () => { await connection.write(text); connection.end() })
      }
      `,
    )
    const path = join(place.folder, 'socket')
    for (const expected of ['1', '12']) {
      const node = await serving(place, './counted.ts', '--data', 'data', '--listen', `9=unix:${path}`)
      expect(await node.at(9)).toBe(`unix:${path}`)
      expect(await exchange(`unix:${path}`, '')).toBe(expected)
      const other = await place.faultline('serve', './counted.ts', '--data', 'data')
      expect([other.code, other.error]).toEqual([2, expect.stringMatching(/data: process \d+ uses it/)])
      node.signal('SIGINT')
      expect(await node.ended()).toBe(0)
    }
    expect(existsSync(join(place.folder, 'data/lock'))).toBe(false)
  })

  test('an error that the program leaves uncaught ends it with code 1 and its stack', async () => {
    place.write(
      'failing.ts',
      `export default async (env) => {
        await env.sleep(1_000_000)
        throw new RangeError('too far')
      }
      `,
    )
    const said = await place.faultline('serve', './failing.ts', '--log', 'failing.ndjson')
    expect([said.code, said.error]).toEqual([1, expect.stringMatching(/RangeError: too far\n +at/)])
    const shown = await place.faultline('show', 'failing.ndjson')
    expect(shown.out).toContain('RangeError: too far')
  })

  test('says what is wrong with its words', async () => {
    for (const [words, wanted] of [
      [['nothing'], /wanted one of echo, .*, or the path/],
      [['echo', '--port', '70000'], 'a port from 0 to 65535'],
      [['echo', '--listen', '9'], 'PORT=HOST:PORT or PORT=unix:PATH'],
      [['echo', '--listen', '7=[::1]:0', '--listen', '7=127.0.0.1:0'], 'wanted one place for port 7'],
      [['redis', '--port', '0', '--listen', '6379=unix:/tmp/s'], 'got two places for its port 6379'],
      [['kv', '--set', 'group=["a"]', '--messages', '127.0.0.1:0', '--port', '80'], '--listen PORT=ADDRESS'],
      [['kv', '--set', 'group=["a"]'], 'wanted where it takes messages'],
      [['redis-raft'], 'got no --set group=…'],
      [['http', '--set', 'prot=1'], '--set prot: got no parameter of http, wanted one of port'],
      [['redis', '--set', 'appendonyl=yes'], /parameter appendonyl: got yes[^\n]*\n$/],
      [['load-balancer', '--set', 'backends=5'], 'parameter backends: got 5'],
    ] as const) {
      const said = await place.faultline('serve', ...words)
      expect([said.code, said.error]).toEqual([2, expect.stringMatching(wanted)])
    }
  })

  test('what cannot be had is told in one line that says what to do, and ends it with code 2', async () => {
    const first = await serving(place, 'echo', '--port', '0')
    const taken = await first.portOf(7)
    place.write('file', '')
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['echo', '--port', `${taken}`], /got 127\.0\.0\.1:\d+, where something else listens already/],
      [
        ['http', '--port', '0', '--messages', `127.0.0.1:${taken}`],
        /--messages: got 127\.0\.0\.1:\d+, where/,
      ],
      [['http', '--port', '0', '--host', 'no.such.invalid'], /there is no host no\.such\.invalid/],
      [['http', '--port', '0', '--data', 'file/data'], /--data file\/data: got ENOTDIR/],
      [['http', '--port', '0', '--log', 'nowhere/log'], /--log nowhere\/log: got ENOENT/],
    ]
    const said = await Promise.all(cases.map(([words]) => place.faultline('serve', ...words)))
    for (const [place, { code, error }] of said.entries()) {
      expect([code, error]).toEqual([2, expect.stringMatching(cases[place]?.[1] ?? '')])
      expect(error).toMatch(/^(started [^\n]*\n)?faultline: [^\n]*wanted [^\n]*\n$/)
    }
    first.signal('SIGTERM')
    await first.ended()
  })

  test('logs of several nodes, one of them killed, are judged together by the invariants of a scenario', async () => {
    place.write(
      'store.ts',
      `import { group, scenario, seconds } from 'faultline'
import { kv, linearizable, raftSafety } from 'faultline/invariants'
import { kvStore } from 'faultline/nodes/kv'
export default scenario({
  title: 'a store on real machines',
  nodes: () => group('store', 3, kvStore({})),
  invariants: [raftSafety, linearizable(kv)],
  duration: seconds(1),
})
`,
    )
    const stores = ['store-1', 'store-2', 'store-3']
    const ports = new Map<string, number>()
    for (const name of [...stores, 'client']) ports.set(name, await freePort())
    const peers = [...ports].flatMap(([name, port]) => ['--peer', `${name}=127.0.0.1:${port}`])
    const start = (name: string, component: string, setting: string) =>
      serving(
        place,
        component,
        '--name',
        name,
        '--messages',
        `127.0.0.1:${ports.get(name)}`,
        ...peers,
        '--set',
        `${setting}=${JSON.stringify(stores)}`,
        '--log',
        `${name}.ndjson`,
      )
    const nodes = await Promise.all([
      ...stores.map((name) => start(name, 'kv', 'group')),
      start('client', 'kv-client', 'replicas'),
    ])
    const done = /"phase":"ok"/g
    await untilWritten(place, 'client.ndjson', done, 40)
    nodes[0]?.signal('SIGKILL')
    await nodes[0]?.ended()
    // Also where the one that was killed has led: the others go on.
    await untilWritten(place, 'client.ndjson', done, 120)
    for (const node of nodes.slice(1)) node.signal('SIGTERM')
    await Promise.all(nodes.map((node) => node.ended()))

    const logs = [...stores, 'client'].map((name) => `${name}.ndjson`)
    const judged = await place.faultline('check', ...logs, '--scenario', './store.ts', '--json')
    expect(judged.error).toContain('store-1.ndjson')
    const { outcome, reports } = JSON.parse(judged.out) as {
      readonly outcome: { readonly kind: string }
      readonly reports: readonly { readonly invariant: string; readonly looked: number }[]
    }
    expect([judged.code, outcome.kind]).toEqual([0, 'passed'])
    const looked = new Map(reports.map(({ invariant, looked }) => [invariant, looked]))
    expect(looked.get('linearizable kv')).toBeGreaterThan(20)
    expect(looked.get('raft safety')).toBeGreaterThan(100)
    const alone = await place.faultline('check', 'client.ndjson')
    expect([alone.code, alone.error]).toEqual([
      2,
      expect.stringContaining('faultline check client.ndjson --invariants no-exit'),
    ])
  })
})

const redisCli = findProgram('redis-cli', 'redis-tools')

/** What redis-cli prints for some words; rejects where it cannot connect. */
function asked(port: number, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(redisCli ?? '', ['-p', `${port}`, ...words], { timeout: 10_000 }, (error, out) => {
      if (error === null) resolve(out.trimEnd())
      else reject(error)
    })
  })
}

test('help lists every component with its port and what it takes', async () => {
  const said = await place.faultline('serve', '--help')
  for (const [name, { port, parametersNeeded = [] }] of components) {
    const entry = new RegExp(`^  ${name} +\\S[^]*?(?=^  \\S|^$)`, 'm').exec(said.out)?.[0] ?? ''
    for (const word of [...(port === undefined ? [] : [`port ${port}`]), ...parametersNeeded])
      expect(entry).toContain(word)
  }
})

test('what a client saw of a served Redis is judged with its log by the invariants of a scenario', async () => {
  place.write(
    'counter-client.ts',
    `import { ms } from 'faultline'
import { RedisClient } from 'faultline/nodes/redis'
export default async (env) => {
  const client = new RedisClient(env, { host: 'redis', port: 6379 })
  for (let value = 1; value <= 40; value++)
    for (const f of ['write', 'read']) {
      const open = env.invoke({ f, value: f === 'write' ? value : null })
      const reply = await client.call(f === 'write' ? ['SET', 'k', String(value)] : ['GET', 'k'], ms(5000))
      if (f === 'write') open.ok()
      else open.ok(env.parameters.isStale && value === 40 ? 1 : Number(reply.text))
    }
  env.exit(0)
}
`,
  )
  place.write(
    'judged.ts',
    `import { node, scenario, seconds } from 'faultline'
import { linearizable, register } from 'faultline/invariants'
import { redis } from 'faultline/nodes/redis'
export default scenario({
  title: 'a register in Redis',
  nodes: () => [node('redis', redis)],
  invariants: [linearizable(register)],
  duration: seconds(1),
})
`,
  )
  const server = await serving(place, 'redis', '--port', '0', '--log', 'server.ndjson')
  const peer = ['--peer', `redis:6379=${await server.at(6379)}`]
  for (const isStale of [false, true]) {
    const log = `client-${isStale}.ndjson`
    const said = await place.faultline(
      'serve',
      './counter-client.ts',
      ...peer,
      '--set',
      `isStale=${isStale}`,
      '--log',
      log,
    )
    expect([said.code, said.error]).toEqual([0, expect.stringContaining('ended, code 0')])
    const judged = await place.faultline('check', 'server.ndjson', log, '--scenario', './judged.ts')
    expect(judged.out).toMatch(isStale ? /^violated / : /^holds [^]*linearizable register +looked 80 times/)
    expect(judged.code).toBe(isStale ? 1 : 0)
  }
  server.signal('SIGTERM')
  expect(await server.ended()).toBe(0)
})

describe.skipIf(redisCli === null)('serve redis', () => {
  test('answers redis-cli, takes settings, and has after a kill what it acknowledged', async () => {
    const words = ['redis', '--port', '0', '--data', 'redis-data']
    const settings = ['--set', 'appendonly=yes', '--set', 'appendfsync=always']
    const node = await serving(place, ...words, ...settings)
    const port = await node.portOf(6379)
    expect(await asked(port, 'SET', 'greeting', 'hello')).toBe('OK')
    expect(await asked(port, 'CONFIG', 'GET', 'appendfsync')).toBe('appendfsync\nalways')
    node.signal('SIGKILL')
    await node.ended()
    const again = await serving(place, ...words, ...settings)
    expect(await asked(await again.portOf(6379), '-3', 'GET', 'greeting')).toBe('hello')
    again.signal('SIGTERM')
    expect(await again.ended()).toBe(0)
  })

  test('on a Raft log: three replicas elect one that takes writes, and go on without it', async () => {
    const names = ['redis-1', 'redis-2', 'redis-3']
    const messages = new Map<string, number>()
    for (const name of names) messages.set(name, await freePort())
    const peers = [...messages].flatMap(([name, port]) => ['--peer', `${name}=127.0.0.1:${port}`])
    const group = ['--set', `group=${JSON.stringify(names)}`]
    const start = async (name: string) => {
      const own = ['--name', name, '--port', '0', '--messages', `127.0.0.1:${messages.get(name)}`]
      const node = await serving(place, 'redis-raft', ...own, ...peers, ...group)
      return { port: await node.portOf(6379), node }
    }
    type Replica = Awaited<ReturnType<typeof start>>
    /** Asks one after the other until one, which then leads, gives this answer. */
    const whoSays = async (
      replicas: readonly Replica[],
      answer: string,
      ...words: readonly string[]
    ): Promise<Replica> => {
      for (;;)
        for (const replica of replicas) if ((await asked(replica.port, ...words)) === answer) return replica
    }
    const replicas = await Promise.all(names.map(start))
    const leader = await whoSays(replicas, 'OK', 'SET', 'key', 'first')
    leader.node.signal('SIGKILL')
    const others = replicas.filter((replica) => replica !== leader)
    const next = await whoSays(others, 'first', 'GET', 'key')
    expect(await asked(next.port, 'APPEND', 'key', '!')).toBe('6')
    for (const { node } of others) node.signal('SIGTERM')
    expect(await Promise.all(others.map(({ node }) => node.ended()))).toEqual([0, 0])
  })
})
