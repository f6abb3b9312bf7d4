// What is published of each request and connection.

import { describe, expect, test } from 'vitest'

import { asking, backendAt, playOn, saying, stages } from '../testing/on-both.ts'
import { play, rawBackend, readText, telling } from '../testing/play.ts'
import { type Data, type DataRecord, type Env, ms, type Program, seconds } from '../../../sim/index.ts'
import { Fields } from '../../http/index.ts'

/** What the balancer publishes as it passes requests on, without times; `took` are those. */
function published(): {
  readonly onProbe: (name: string, value: Data) => void
  readonly records: DataRecord[]
  readonly took: number[]
} {
  const [records, took]: [DataRecord[], number[]] = [[], []]
  const onProbe = (name: string, value: Data): void => {
    if (name !== 'lb.request' && name !== 'lb.connection') return
    const { tookMs, headMs, client, ...rest } = value as DataRecord
    took.push(Number(tookMs))
    if (typeof headMs === 'number') expect(headMs).toBeLessThanOrEqual(Number(tookMs))
    expect(typeof client).toBe('string')
    records.push({ ...rest, hasHead: name === 'lb.request' ? headMs !== null : 'none' })
  }
  return { onProbe, records, took }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const bytes of body) text += new TextDecoder().decode(bytes)
  return text
}

describe.each(stages)('requests, %s', (_, stage) => {
  test('are not published unless that is wanted', async () => {
    const { onProbe, records } = published()
    const client = async (env: Env): Promise<void> => void (await asking(env))
    await playOn(stage, { backends: { a: saying('a') }, client, onProbe })
    expect(records).toEqual([])
  })

  test('are published with what became of them', async () => {
    const { onProbe, records, took } = published()
    await playOn(stage, {
      parameters: {
        accessLog: true,
        requestId: 'accept',
        balance: 'round-robin',
        backends: [backendAt('a', 0, { port: 999 }), backendAt('b', 1)],
      },
      backends: {
        a: saying('a'),
        b: async ({ target, body }) => {
          const asked = await textOf(body)
          if (target === '/none')
            return { status: asked === '12345' ? 404 : 400, headers: new Fields(), body: '' }
          return { status: 200, headers: new Fields(), body: target === '/long' ? 'x'.repeat(100_000) : 'b' }
        },
      },
      client: async (env) => {
        const headers = new Fields([['X-Request-Id', 'own']])
        await asking(env, { url: 'http://lb/first?a=b', headers })
        await asking(env, { url: 'http://lb/none', method: 'PUT', body: '12345', headers })
        await asking(env, { url: 'http://lb/long', headers })
      },
      onProbe,
    })
    const usual = { id: 'own', ending: '2xx', backend: 'b', sent: 0, status: 200, hasHead: true }
    expect(records).toEqual([
      { ...usual, method: 'GET', target: '/first?a=b', attempts: 2, received: 1 },
      {
        ...usual,
        method: 'PUT',
        target: '/none',
        attempts: 1,
        status: 404,
        ending: '4xx',
        sent: 5,
        received: 0,
      },
      { ...usual, method: 'GET', target: '/long', attempts: 2, received: 100_000 },
    ])
    expect(took.every((time) => time >= 0 && time < 10_000)).toBe(true)
  })

  test('are published though nobody answered', async () => {
    const { onProbe, records } = published()
    await playOn(stage, {
      parameters: { accessLog: true, retriesMax: 0, backends: [backendAt('a', 0, { port: 999 })] },
      backends: { a: saying('a') },
      client: async (env) => void (await asking(env)),
      onProbe,
    })
    const told = { status: 502, ending: 'bad-gateway', backend: 'a', attempts: 1, sent: 0, received: 0 }
    expect(records).toEqual([{ method: 'GET', target: '/', hasHead: false, ...told }])
  })

  test('of TCP are connections', async () => {
    const { onProbe, records } = published()
    await playOn(stage, {
      parameters: { accessLog: true, mode: 'tcp', backends: [backendAt('a', 0)] },
      backends: { a: saying('a') },
      client: async (env) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write('GET / HTTP/1.0\r\n\r\n')
        connection.end()
        await readText(connection)
        await env.sleep(ms(50))
      },
      onProbe,
    })
    expect(records).toEqual([
      { ending: 'done', backend: 'a', sent: 18, received: expect.any(Number), hasHead: 'none' },
    ])
    expect(Number(records[0]?.['received'])).toBeGreaterThan(20)
  })
})

/** What is published of a request that is sent as it is, by a client that may leave before it is answered. */
async function recordOf(
  said: string,
  { backend = telling, leave = false }: { readonly backend?: Program; readonly leave?: boolean } = {},
): Promise<readonly DataRecord[]> {
  const { probes } = await play({
    backends: { a: backend },
    parameters: { accessLog: true, idleTimeoutMs: 2000 },
    client: async (env) => {
      const connection = await env.net.connect('lb', 80)
      await connection.write(said)
      if (leave) {
        await env.sleep(ms(200))
        connection.reset()
      } else await readText(connection).catch(() => '')
      await env.sleep(seconds(3))
    },
  })
  const ours = probes.filter((probe) => probe.startsWith('lb.request '))
  return ours.map((probe) => JSON.parse(probe.slice('lb.request '.length)) as DataRecord)
}

const slow: Program = rawBackend(async (connection) => {
  const head = await readText(connection, '\r\n\r\n')
  if (head.includes('/begun')) await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun')
  if (head.includes('/broken')) return connection.reset()
  await readText(connection)
})
const upgrade = 'GET /ws HTTP/1.1\r\nHost: lb\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const switching: Program = rawBackend(async (connection) => {
  await readText(connection, '\r\n\r\n')
  await connection.write('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello')
  connection.end()
  await readText(connection)
})

test.each<readonly [what: string, said: string, how: Parameters<typeof recordOf>[1], record: DataRecord]>([
  [
    'whose client leaves',
    'GET / HTTP/1.1\r\nHost: lb\r\n\r\n',
    { backend: slow, leave: true },
    { status: null, ending: 'client-gone', backend: 'a' },
  ],
  [
    'whose client leaves in the answer',
    'GET /begun HTTP/1.1\r\nHost: lb\r\n\r\n',
    { backend: slow, leave: true },
    { status: 200, ending: 'client-gone', received: 5 },
  ],
  [
    'whose client leaves in its body',
    'POST / HTTP/1.1\r\nHost: lb\r\nContent-Length: 9\r\n\r\nhalf',
    { backend: slow, leave: true },
    { status: null, ending: 'client-broke', sent: 4 },
  ],
  [
    'whose back-end breaks',
    'POST /broken HTTP/1.1\r\nHost: lb\r\nContent-Length: 0\r\n\r\n',
    { backend: slow },
    { status: 502, ending: 'bad-gateway' },
  ],
  [
    'for no proper host',
    'GET http://u:p@lb/ HTTP/1.1\r\nHost: lb\r\n\r\n',
    {},
    { status: 400, ending: '4xx', backend: null, attempts: 0 },
  ],
  [
    'for a tunnel',
    upgrade,
    { backend: switching, leave: true },
    { status: 101, ending: 'tunnel', received: 5, attempts: 1 },
  ],
  [
    'for a tunnel that its client leaves',
    upgrade,
    { backend: slow, leave: true },
    { status: null, ending: 'client-gone' },
  ],
])('a request %s is published once', async (_what, said, how, record) => {
  const records = await recordOf(said, how)
  expect(records).toHaveLength(1)
  expect(records[0]).toMatchObject(record)
})
