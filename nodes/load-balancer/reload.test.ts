// Lists of back-ends that change while requests are under way, and what operators are told.

import { describe, expect, test } from 'vitest'

import { httpBackend, play, readText, telling } from './testing/play.ts'
import { type Env, type Program, seconds } from '../../sim/index.ts'
import { Fields, HttpClient, type HttpClientRequest, serveHttp } from '../http/index.ts'

/** Takes three seconds for each answer, which says who gives it. */
const slow: Program = async (env) => {
  await serveHttp(env, {
    port: 80,
    handler: async () => {
      await env.sleep(seconds(3))
      return { status: 200, headers: new Fields(), body: env.name }
    },
  })
}
const admin = { adminPort: 81, adminHost: '0.0.0.0', balance: 'round-robin' }

async function ask(env: Env, request: Partial<HttpClientRequest> = {}): Promise<string> {
  const client = new HttpClient(env, { retriesMax: 0 })
  const response = await client.request({ url: 'http://lb/', ...request })
  const cookie = /=([^;]*);/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? ''
  return `${response.status} ${(await response.text()).trim().split(' ')[0]}${cookie === '' ? '' : ` ${cookie}`}`
}

async function list(env: Env, ...names: readonly string[]): Promise<void> {
  const body = JSON.stringify(names.map((name) => ({ name, host: name, port: 80 })))
  expect(await ask(env, { url: 'http://lb:81/backends', method: 'PUT', body })).toMatch(/^200/)
}

describe('a back-end that is taken off the list', () => {
  test('answers what it was asked, gets nothing new, and may be put back meanwhile', async () => {
    const { notes, probes } = await play({
      backends: { a: slow, b: telling },
      parameters: admin,
      client: async (env, note) => {
        const first = ask(env)
        await env.sleep(seconds(1))
        await list(env, 'b')
        for (let time = 0; time < 3; time++) note(await ask(env))
        note(await first)
        await list(env, 'a')
        const second = ask(env, { method: 'POST', body: 'x' })
        await env.sleep(seconds(1))
        await list(env, 'b')
        await list(env, 'a')
        note(await ask(env))
        note(await second)
      },
    })
    expect(notes).toEqual(['200 b', '200 b', '200 b', '200 a', '200 a', '200 a'])
    expect(probes.filter((probe) => probe.includes('"name":"a"'))).toEqual([
      'lb.backend {"name":"a","state":"draining","why":"taken off the list"}',
      'lb.backend {"name":"a","state":"gone","why":"nothing is open"}',
      'lb.backend {"name":"a","state":"draining","why":"taken off the list"}',
      'lb.backend {"name":"a","state":"up","why":"recovered"}',
    ])
  })

  test.each([
    ['GET', '200 b'],
    ['POST', '502 502'],
  ])('is cut off when its time is over: %s comes to %s', async (method, told) => {
    const { notes } = await play({
      backends: { a: slow, b: telling },
      parameters: { ...admin, drainTimeoutMs: 500 },
      client: async (env, note) => {
        const asked = ask(env, method === 'GET' ? {} : { method, body: 'x' })
        await env.sleep(seconds(0.5))
        await list(env, 'b')
        note(await asked)
      },
    })
    expect(notes).toEqual([told])
  })

  test('loses those who stuck to it to another one, whose cookie they get', async () => {
    const { notes } = await play({
      backends: { a: telling, b: telling },
      parameters: { ...admin, sticky: 'cookie' },
      client: async (env, note) => {
        const [, , mark = ''] = (await ask(env)).split(' ')
        const headers = new Fields([['Cookie', `faultline-backend=${mark}`]])
        for (let time = 0; time < 3; time++) note(await ask(env, { headers }))
        await list(env, 'b')
        const [status, name, other = ''] = (await ask(env, { headers })).split(' ')
        note(`${status} ${name} ${other !== '' && other !== mark}`)
        await list(env, 'a', 'b')
        for (let time = 0; time < 2; time++) note(await ask(env, { headers }))
      },
    })
    expect(notes).toEqual(['200 a', '200 a', '200 a', '200 b true', '200 a', '200 a'])
  })
})

/** The rules of the text format: families in one piece, declared before their samples, of which none is there twice. */
function readMetrics(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>()
  const families = new Set<string>()
  let [name, kind] = ['', '']
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    const [, declared, what] = /^# (?:HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line) ?? []
    if (declared !== undefined && line.startsWith('# HELP')) {
      expect(families).not.toContain(declared)
      families.add(declared)
      name = declared
    } else if (declared !== undefined) {
      expect(declared).toBe(name)
      kind = what ?? ''
      expect(['counter', 'gauge', 'histogram']).toContain(kind)
      expect(name.endsWith('_total')).toBe(kind === 'counter')
    } else {
      const [, sample = '', labels = '', value = ''] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*",?)*\})?) (\S+)$/.exec(
          line,
        ) ?? []
      expect([line, sample]).toEqual([line, sample.startsWith(name) ? sample : name])
      expect(kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).toContain(sample.slice(name.length))
      expect(samples.has(sample + labels)).toBe(false)
      expect(Number.isFinite(Number(value))).toBe(true)
      samples.set(sample + labels, Number(value))
    }
  }
  return samples
}

describe('the admin port', () => {
  test('tells metrics by the rules of their format, whatever back-ends are called', async () => {
    const odd = String.raw`a"b\c{},=#`
    const { notes } = await play({
      backends: { a: telling, b: httpBackend(() => ({ status: 404, headers: new Fields(), body: '' })) },
      parameters: {
        ...admin,
        backends: [
          { name: odd, host: 'a', port: 80 },
          { name: 'b', host: 'b', port: 80 },
        ],
      },
      client: async (env, note) => {
        for (let time = 0; time < 6; time++) await ask(env)
        const response = await new HttpClient(env).request({ url: 'http://lb:81/metrics' })
        note(await response.text())
      },
    })
    const samples = readMetrics(notes[0] ?? '')
    expect(samples.get(String.raw`lb_backend_begun_total{backend="a\"b\\c{},=#"}`)).toBe(3)
    expect(samples.get('lb_ended_total{ending="2xx"}')).toBe(3)
    expect(samples.get('lb_ended_total{ending="4xx"}')).toBe(3)
    const buckets = [...samples].filter(([name]) => name.startsWith('lb_duration_seconds_bucket'))
    expect(buckets.map(([, count]) => count)).toEqual(
      buckets.map(([, count]) => count).toSorted((a, b) => a - b),
    )
    expect(buckets.at(-1)).toEqual(['lb_duration_seconds_bucket{le="+Inf"}', 6])
    expect(samples.get('lb_duration_seconds_count')).toBe(6)
    expect(samples.get('lb_connections_accepted_total')).toBe(6)
    expect(samples.get('lb_connections_refused_total')).toBe(0)
    expect(samples.get('lb_backend_responses_total{backend="b",status="4xx"}')).toBe(3)
    expect(samples.get('lb_backend_responses_total{backend="b",status="2xx"}')).toBe(0)
    expect(samples.get('lb_backend_response_seconds_bucket{backend="b",le="+Inf"}')).toBe(3)
    expect(samples.get('lb_backend_response_seconds_count{backend="b"}')).toBe(3)
  })

  test('tells how soon each back-end answers, and how many clients there are', async () => {
    const { notes } = await play({
      backends: { a: slow, b: telling },
      parameters: { ...admin, retriesMax: 0 },
      client: async (env, note) => {
        const open = await env.net.connect('lb', 80)
        const asked = [ask(env), ask(env)]
        await Promise.all(asked)
        note(await (await new HttpClient(env).request({ url: 'http://lb:81/metrics' })).text())
        open.end()
      },
    })
    const samples = readMetrics(notes[0] ?? '')
    const soon = (name: string, bound: string): number | undefined =>
      samples.get(`lb_backend_response_seconds_bucket{backend="${name}",le="${bound}"}`)
    expect([soon('a', '2.5'), soon('a', '5'), soon('a', '+Inf')]).toEqual([0, 1, 1])
    expect([soon('b', '0.1'), soon('b', '+Inf')]).toEqual([1, 1])
    expect(samples.get('lb_backend_response_seconds_sum{backend="a"}')).toBeCloseTo(3, 1)
    expect(samples.get('lb_connections')).toBeGreaterThanOrEqual(1)
    const { notes: tcp } = await play({
      backends: { a: telling },
      parameters: { ...admin, mode: 'tcp' },
      client: async (env, note) =>
        note(await (await new HttpClient(env).request({ url: 'http://lb:81/metrics' })).text()),
    })
    expect([...readMetrics(tcp[0] ?? '').keys()].filter((name) => name.includes('response'))).toEqual([])
  })

  test('says what is wrong with what it is asked', async () => {
    const told = async (env: Env, method: string, path: string, body = ''): Promise<string> => {
      const request = { url: `http://lb:81${path}`, method, ...(body === '' ? {} : { body }) }
      const response = await new HttpClient(env, { retriesMax: 0 }).request(request)
      const allow = response.headers.get('allow')
      await response.text().catch(() => '')
      return `${response.status}${allow === null ? '' : ` ${allow}`}`
    }
    const { notes } = await play({
      backends: { a: telling },
      parameters: admin,
      client: async (env, note) => {
        note(await told(env, 'GET', '/nothing'))
        note(await told(env, 'POST', '/metrics', 'x'))
        note(await told(env, 'DELETE', '/backends'))
        note(await told(env, 'PUT', '/backends', '{"a": 1}'))
        note(await told(env, 'PUT', '/backends', `["${'x'.repeat(1_100_000)}"]`))
        note(await told(env, 'HEAD', '/metrics'))
        note(await ask(env))
      },
    })
    expect(notes).toEqual(['404', '405 GET, HEAD', '405 GET, HEAD, PUT', '400', '413', '200', '200 a'])
  })

  test('refuses an empty list, which would leave everybody with 503, and goes on with the one before', async () => {
    const { notes, probes } = await play({
      backends: { a: telling },
      parameters: admin,
      client: async (env, note) => {
        const request = { url: 'http://lb:81/backends', method: 'PUT', body: '[]' }
        const response = await new HttpClient(env, { retriesMax: 0 }).request(request)
        note(`${response.status} ${await response.text()}`)
        note(await ask(env))
      },
    })
    expect(notes).toEqual([
      `400 ${JSON.stringify({ problems: ['backends: got an empty list, wanted at least one back-end'] }, null, 2)}\n`,
      '200 a',
    ])
    expect(probes).toEqual(['lb.backends ["a"]'])
  })
})

test.each<readonly [host: string, status: string]>([
  ['lb', '200'],
  ['LB.:81', '200'],
  ['localhost', '200'],
  ['localhost:81', '200'],
  ['a.localhost:81', '200'],
  ['10.0.0.1:81', '200'],
  ['[::1]:81', '200'],
  ['[::1]', '200'],
  ['lb.example:81', '200'],
  ['evil.example', '421'],
  ['evil.example:81', '421'],
  ['lb.evil.example', '421'],
  ['localhost.evil.example', '421'],
  ['127.0.0.1.evil.example', '421'],
  ['evillocalhost', '421'],
  ['', '421'],
])('the admin port that is asked as "%s" answers %s', async (host, status) => {
  const { notes } = await play({
    backends: { a: telling },
    parameters: { ...admin, adminNames: ['LB.example'] },
    client: async (env, note) => {
      for (const target of ['/', '/metrics', '/backends', '/none']) {
        const answer = await asked(
          env,
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        )
        note(answer.slice(9, 12))
      }
      note(await asked(env, `PUT /backends HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`))
    },
  })
  const isOther = status === '421'
  expect(notes.slice(0, 4)).toEqual(isOther ? ['421', '421', '421', '421'] : ['200', '200', '200', '404'])
  expect(notes[4]).toContain(
    isOther
      ? 'wanted an address, localhost or one of lb, 0.0.0.0, lb.example (adminNames)'
      : '400 Bad Request',
  )
})

test('whose name the target of a request to the admin port holds is asked, whatever its Host field says', async () => {
  const { notes } = await play({
    backends: { a: telling },
    parameters: admin,
    client: async (env, note) => {
      for (const name of ['evil.example', 'lb'])
        note(await asked(env, `GET http://${name}/metrics HTTP/1.1\r\nHost: lb\r\nConnection: close\r\n\r\n`))
      note(await asked(env, 'GET /metrics HTTP/1.0\r\n\r\n'))
    },
  })
  expect(notes.map((answer) => answer.slice(9, 12))).toEqual(['421', '200', '200'])
})

async function asked(env: Env, request: string): Promise<string> {
  const connection = await env.net.connect('lb', 81)
  await connection.write(request)
  connection.end()
  return readText(connection)
}
