// The program in a simulation: connections of TCP, back-ends that go and come back, lists that change.

import { describe, expect, test } from 'vitest'

import { acceptingProxy, loadBalancer } from './index.ts'
import { httpBackend, play, rawBackend, readText, telling } from './testing/play.ts'
import {
  at,
  type Env,
  ms,
  node,
  type NodeSpec,
  type Program,
  run,
  scenario,
  seconds,
} from '../../sim/index.ts'
import { Fields, HttpClient } from '../http/index.ts'

/** Says its name first, and then what it hears. */
const chatty: Program = async (env) => {
  await rawBackend(async (connection) => {
    await connection.write(`${env.name}<`)
    for await (const bytes of connection) await connection.write(bytes)
    await connection.write('>')
    connection.end()
  })(env)
}
const dead: Program = () => undefined

async function talk(env: Env, text: string): Promise<string> {
  const connection = await env.net.connect('lb', 80)
  await connection.write(text)
  connection.end()
  return readText(connection).catch(String)
}

describe('TCP', () => {
  const tcp = { mode: 'tcp', balance: 'round-robin' }

  test('goes to a back-end that is there, and lets either side speak first and end first', async () => {
    const { notes } = await play({
      backends: { a: dead, b: chatty, c: chatty },
      parameters: tcp,
      client: async (env, note) => {
        for (const text of ['one', 'two', 'x'.repeat(200_000)]) {
          const told = await talk(env, text)
          note(`${told.slice(0, 5)} ${told.length} ${told.endsWith('>')}`)
        }
      },
    })
    expect(notes.map((told) => told.slice(1))).toEqual(['<one 6 true', '<two 6 true', '<xxx 200003 true'])
  })

  test('is reset when nobody says anything for too long, and when no back-end is there', async () => {
    const { notes } = await play({
      backends: { a: chatty },
      parameters: { ...tcp, idleTimeoutMs: 500 },
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        const since = env.clock.monotonic()
        note((await readText(connection).catch(String)).slice(0, 22))
        note(String(Math.round((env.clock.monotonic() - since) / ms(100))))
      },
    })
    expect(notes).toEqual(['NetError: ECONNRESET: ', '5'])
    const nobody = await play({
      backends: { a: dead },
      parameters: tcp,
      client: async (env, note) => note((await talk(env, 'x')).slice(0, 20)),
    })
    expect(nobody.notes).toEqual(['NetError: ECONNRESET'])
  })

  test('takes no more from a sender than the other side takes', async () => {
    const slow = rawBackend(async () => new Promise(() => undefined))
    const { notes } = await play({
      backends: { a: slow },
      parameters: tcp,
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        let taken = 0
        env.spawn(async () => {
          for (;;) {
            await connection.write(new Uint8Array(10_000))
            taken += 10_000
          }
        })
        await env.sleep(seconds(10))
        note(String(taken > 0 && taken < 2_000_000))
      },
    })
    expect(notes).toEqual(['true'])
  })

  test('is cut off when its back-end was taken off the list and does not end in time', async () => {
    const { notes, probes } = await play({
      backends: { a: chatty, b: chatty },
      parameters: { ...tcp, adminPort: 81, adminHost: '0.0.0.0', drainTimeoutMs: 2000 },
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        note(await readText(connection, '<'))
        note(await put(env, '[{"name": "b", "host": "b", "port": 80}]'))
        await connection.write('still there')
        note(await readText(connection, 'there'))
        note((await talk(env, 'new')).slice(0, 2))
        const since = env.clock.monotonic()
        note((await readText(connection).catch(String)).slice(0, 20))
        note(String(Math.round((env.clock.monotonic() - since) / ms(100))))
      },
    })
    expect(notes).toEqual(['a<', '200', 'still there', 'b<', 'NetError: ECONNRESET', '20'])
    expect(probes).toEqual([
      'lb.backends ["a","b"]',
      'lb.backend {"name":"a","state":"draining","why":"taken off the list"}',
      'lb.backends ["b"]',
      'lb.backend {"name":"a","state":"gone","why":"nothing is open"}',
    ])
  })
})

async function put(env: Env, body: string): Promise<string> {
  const response = await new HttpClient(env).request({ url: 'http://lb:81/backends', method: 'PUT', body })
  response.cancel()
  return String(response.status)
}

async function get(env: Env, url = 'http://lb/'): Promise<string> {
  return (await new HttpClient(env, { retriesMax: 0 }).request({ url })).text()
}

describe('health', () => {
  test.each(['tcp', 'http'])('checks by %s take a back-end out and bring it back', async (check) => {
    const { notes, probes } = await play({
      backends: { a: telling, b: telling },
      parameters: { check, checkEveryMs: 500, checkTimeoutMs: 200, fall: 2, outliers: false },
      faults: [{ kind: 'crash', node: 'a', at: at(seconds(2)), for: seconds(6) }],
      client: async (env, note) => {
        await env.sleep(seconds(5))
        for (let time = 0; time < 4; time++) note((await get(env)).slice(0, 1))
        await env.sleep(seconds(6))
        for (let time = 0; time < 20; time++) note((await get(env)).slice(0, 1))
      },
    })
    expect(notes.slice(0, 4)).toEqual(['b', 'b', 'b', 'b'])
    expect(notes.slice(4)).toContain('a')
    expect(probes.slice(1)).toEqual([
      'lb.backend {"name":"a","state":"down","why":"checks"}',
      'lb.backend {"name":"a","state":"up","why":"recovered"}',
    ])
  })

  test('a back-end that fails what it is asked is ejected for a while, but never too many', async () => {
    const failing = httpBackend(() => ({ status: 500, headers: new Fields(), body: 'no' }))
    const { probes, notes } = await play({
      backends: { a: failing, b: failing, c: telling, d: telling },
      parameters: { balance: 'round-robin', outlierFailures: 3, ejectedForMs: 3000, ejectedShareMax: 0.25 },
      client: async (env, note) => {
        for (let time = 0; time < 40; time++) {
          note((await get(env)).slice(0, 1))
          await env.sleep(ms(100))
        }
      },
    })
    expect(notes.slice(12, 24).filter((told) => told === 'n').length).toBe(4)
    expect(probes.slice(1, 3)).toEqual([
      'lb.backend {"name":"a","state":"ejected","why":"failures"}',
      'lb.backend {"name":"a","state":"up","why":"recovered"}',
    ])
  })
})

test('one that was ejected is asked before nobody is', async () => {
  let calls = 0
  const recovering = httpBackend(() => {
    const status = calls++ < 2 ? 500 : 200
    return { status, headers: new Fields(), body: `${status}` }
  })
  const { probes, notes } = await play({
    backends: { a: recovering, b: dead },
    parameters: { balance: 'round-robin', outlierFailures: 2 },
    client: async (env, note) => {
      for (let time = 0; time < 4; time++) note(await get(env))
    },
  })
  // After two failures a is ejected; b is asked first from then on, and is not there.
  expect(notes).toEqual(['500', '500', '200', '200'])
  expect(probes.slice(1)).toEqual(['lb.backend {"name":"a","state":"ejected","why":"failures"}'])
})

test.each(['http', 'tcp'])(
  'where all are ejected they are asked as before, and no others before: %s',
  async (mode) => {
    const dead: Program = () => undefined
    const { probes, notes } = await play({
      backends: { a: dead, b: mode === 'http' ? telling : chatty },
      parameters: {
        mode,
        balance: 'round-robin',
        outlierFailures: 1,
        ejectedShareMax: 1,
        retriesMax: 0,
        connectTimeoutMs: 50,
      },
      faults: [{ kind: 'crash', node: 'b', at: at(seconds(3)), for: seconds(2) }],
      client: async (env, note) => {
        const told = async (): Promise<void> => {
          const text = mode === 'http' ? await get(env).catch(String) : await talk(env, 'x')
          note(/^b|502|ECONNRESET/.exec(text)?.[0] ?? text)
        }
        // One finds that a is not there; from then on all find b.
        for (let time = 0; time < 4; time++) await told()
        await env.sleep(seconds(2.5))
        await told()
        await told()
        await env.sleep(seconds(3))
        for (let time = 0; time < 3; time++) await told()
      },
    })
    const lost = mode === 'http' ? '502' : 'ECONNRESET'
    expect(notes.slice(0, 4)).toEqual([lost, 'b', 'b', 'b'])
    // With b gone as well both are ejected: it is they who are asked, in turn, and b is found when it is back.
    expect(notes.slice(4, 6)).toEqual([lost, lost])
    expect(new Set(notes.slice(6))).toEqual(new Set([lost, 'b']))
    expect(probes.filter((told) => told.includes('ejected'))).toEqual([
      'lb.backend {"name":"a","state":"ejected","why":"failures"}',
      'lb.backend {"name":"b","state":"ejected","why":"failures"}',
    ])
  },
)

test('a file of back-ends is followed, and one that is none or empty changes nothing', async () => {
  const notes: string[] = []
  const writer: Program = async (env) => {
    const write = async (text: string): Promise<void> => {
      const file = await env.disk.open('/new', { create: true, truncate: true, sync: true })
      await file.write(0, new TextEncoder().encode(text))
      await file.close()
      await env.disk.rename('/new', '/backends')
    }
    await write('["a:80"]')
    await loadBalancer(env)
    await env.sleep(seconds(2))
    await write('["b:80"]')
    await env.sleep(seconds(2))
    await write('["b:80", ')
    await env.sleep(seconds(1))
    await write('[]')
  }
  const parameters = {
    port: 80,
    adminHost: '0.0.0.0',
    backendsFile: '/backends',
    backendsFileEveryMs: 100,
    check: 'none',
  }
  const played = scenario({
    title: 'a file of back-ends',
    nodes: () => [
      node('a', telling),
      node('b', telling),
      node('lb', writer, { parameters }),
      node('client', async (env) => {
        for (let time = 0; time < 4; time++) {
          await env.sleep(seconds(1.5))
          notes.push((await get(env)).slice(0, 1))
        }
        notes.push(/^lb_reloads_failed_total .*/m.exec(await get(env, 'http://lb:8081/metrics'))?.[0] ?? '')
      }),
    ],
    duration: seconds(10),
  })
  const { violations } = await run(played, { seed: 1 })
  expect(violations).toEqual([])
  expect(notes).toEqual(['a', 'b', 'b', 'b', 'lb_reloads_failed_total 2'])
})

test('settings that are none are logged, all of them, and end the program', async () => {
  const logs: string[] = []
  const played = scenario({
    title: 'bad settings',
    nodes: () => [node('lb', loadBalancer, { parameters: { mode: 'x', port: -1 } })],
    exitsAllowed: [2],
    duration: seconds(1),
  })
  const { violations } = await run(played, {
    seed: 1,
    onEvent: (event) => {
      if (event.kind === 'log') logs.push(event.text)
    },
  })
  // Whoever healed it started it again.
  expect([violations, logs.slice(0, 2)]).toEqual([
    [],
    [
      'parameter mode: got "x", wanted one of http, tcp',
      'parameter port: got -1, wanted a whole number 1 to 65535',
    ],
  ])
})

test('nobody elsewhere reaches the admin port unless it is told to let them in', async () => {
  for (const [parameters, told] of [
    [{}, 'ECONNREFUSED'],
    [{ adminHost: 'localhost' }, 'ECONNREFUSED'],
    [{ adminHost: '0.0.0.0' }, '200'],
  ] as const) {
    const { notes } = await play({
      backends: { a: telling },
      parameters: { adminPort: 81, ...parameters },
      client: async (env, note) => {
        note(
          await put(env, '["a:9"]').catch((error: unknown) => /ECONNREFUSED/.exec(String(error))?.[0] ?? ''),
        )
        note(await get(env))
      },
    })
    expect(notes).toEqual([told, told === '200' ? '502 Bad Gateway\n' : 'a GET / 0'])
  }
})

test('a connection behind a front writes as any other, in either encoding', async () => {
  const told: number[] = []
  const server: Program = async (env) => {
    const front = acceptingProxy(env, { trusted: new Set(['client']), timeout: ms(500) })
    const connection = await (await front.net.listen(80)).accept()
    await connection?.write('\u00ff')
    await connection?.write('\u00ff', 'latin1')
    connection?.end()
  }
  const client: Program = async (env) => {
    await env.sleep(ms(10))
    for await (const bytes of await env.net.connect('server', 80)) told.push(...bytes)
  }
  const nodes = (): readonly NodeSpec[] => [node('server', server), node('client', client)]
  const { violations } = await run(scenario({ title: 'encodings', nodes, duration: seconds(2) }), { seed: 1 })
  expect([violations, told]).toEqual([[], [0xc3, 0xbf, 0xff]])
})

test('fronts are believed only where they are trusted, and only for so long', async () => {
  const told: string[] = []
  const server: Program = async (env) => {
    const front = acceptingProxy(env, { trusted: new Set(['front']), timeout: ms(500) })
    for await (const connection of await front.net.listen(80))
      env.spawn(async () => {
        const text = await readText(connection).catch((error: unknown) => String(error))
        told.push(`${connection.remote}: ${text}`)
      })
  }
  const header = new Uint8Array([
    13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x11, 0, 12, 192, 0, 2, 1, 0, 0, 0, 0, 1, 0, 0, 80,
  ])
  const saying =
    (pieces: readonly (Uint8Array | string)[]): Program =>
    async (env) => {
      await env.sleep(ms(10))
      const connection = await env.net.connect('server', 80)
      for (const piece of pieces) {
        await connection.write(piece)
        await env.sleep(ms(10))
      }
      if (pieces.length > 1) connection.end()
      for await (const bytes of connection) void bytes
    }
  const others: readonly (readonly [string, readonly (Uint8Array | string)[]])[] = [
    ['front', [header.subarray(0, 5), header.subarray(5), 'hello']],
    ['stranger', [header, 'hello']],
  ]
  for (const [name, pieces] of [
    ...others,
    ['front', ['GET / HTTP/1.1', '']],
    ['front', [header.subarray(0, 5)]],
  ] as const) {
    const played = scenario({
      title: 'fronts',
      nodes: () => [node('server', server), node(name, saying(pieces))],
      exitsAllowed: [1],
      duration: seconds(2),
    })
    await run(played, { seed: 1 })
  }
  expect(told[0]).toBe('192.0.2.1: hello')
  expect(told[1]).toContain('stranger is no trusted front')
  expect(told[2]).toContain('byte 0: got 0x47')
  expect(told[3]).toContain('front: NetError: ECONNRESET')
})
