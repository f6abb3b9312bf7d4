// A client that breaks off, or is slow, is no reason to think ill of the back-end that it was with.

import { expect, test } from 'vitest'

import { play, rawBackend, readText } from '../testing/play.ts'
import { type Connection, type DataRecord, type Env, ms, type Program, seconds } from '../../../sim/index.ts'

/** Answers each request once its body is there: `/slow` after a while, `/long` at length, `/ws` with a tunnel. */
const serving: Program = async (env) => {
  await rawBackend(async (connection) => {
    const head = await readText(connection, '\r\n\r\n')
    if (head.includes('/body')) await readText(connection, 'the end')
    if (head.includes('/slow')) await env.sleep(seconds(1))
    if (head.includes('/ws'))
      await connection.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nopen',
      )
    else await connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${long}\r\n\r\n`)
    for (let sent = 0; sent < long; sent += 10_000) await connection.write(new Uint8Array(10_000))
    for await (const bytes of connection) await connection.write(bytes)
  })(env)
}
const long = 1_000_000

/** What a balancer tells of its back-ends after a client has done something with a connection. */
async function toldAfter(
  act: (connection: Connection, env: Env) => Promise<void>,
  parameters: DataRecord = {},
): Promise<readonly string[]> {
  const { probes } = await play({
    backends: { a: serving, b: serving },
    parameters: { outlierFailures: 1, ejectedShareMax: 1, ...parameters },
    client: async (env) => {
      for (let time = 0; time < 4; time++) await act(await env.net.connect('lb', 80), env)
    },
    length: 400,
  })
  return probes
}

const post = (target: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: lb\r\nContent-Length: 100\r\n\r\nhalf of it`
const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: lb\r\n${more}\r\n`
const upgrade = get('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')

interface Case {
  readonly what: string
  readonly act: (connection: Connection, env: Env) => Promise<void>
  readonly parameters?: DataRecord
}
const cases: readonly Case[] = [
  {
    what: 'breaks off in the middle of its request',
    act: async (connection, env) => {
      await connection.write(post('/body'))
      await env.sleep(ms(100))
      connection.reset()
    },
  },
  {
    what: 'ends its side in the middle of its request',
    act: async (connection, env) => {
      await connection.write(post('/body'))
      await env.sleep(ms(100))
      connection.end()
      await readText(connection)
    },
  },
  {
    what: 'is too slow with its request',
    act: async (connection) => {
      await connection.write(post('/body'))
      await readText(connection).catch(String)
    },
  },
  {
    what: 'breaks off while it waits for its answer',
    act: async (connection, env) => {
      await connection.write(get('/slow'))
      await env.sleep(ms(100))
      connection.reset()
      await env.sleep(seconds(3))
    },
  },
  {
    what: 'breaks off in the middle of its answer',
    act: async (connection, env) => {
      await connection.write(get('/long'))
      await connection.read()
      connection.reset()
      await env.sleep(seconds(3))
    },
  },
  {
    what: 'reads nothing for a while, and then all',
    act: async (connection, env) => {
      await connection.write(get('/long'))
      await env.sleep(seconds(4))
      await readText(connection, '\u0001').catch(String)
    },
    parameters: { idleTimeoutMs: 2000 },
  },
  {
    what: 'never reads',
    act: async (connection, env) => {
      await connection.write(get('/long'))
      await env.sleep(seconds(80))
      connection.reset()
    },
  },
  {
    what: 'breaks off in a tunnel',
    act: async (connection, env) => {
      await connection.write(upgrade)
      await readText(connection, 'open')
      connection.reset()
      await env.sleep(seconds(1))
    },
  },
  {
    what: 'has a tunnel and does not read',
    act: async (connection, env) => {
      await connection.write(upgrade)
      await env.sleep(seconds(80))
      connection.reset()
    },
  },
  {
    what: 'breaks off in TCP',
    act: async (connection, env) => {
      await connection.write(get('/long'))
      await connection.read()
      connection.reset()
      await env.sleep(seconds(1))
    },
    parameters: { mode: 'tcp' },
  },
  {
    what: 'says and reads nothing in TCP',
    act: async (connection, env) => {
      await env.sleep(seconds(80))
      connection.reset()
    },
    parameters: { mode: 'tcp' },
  },
]

test.each(cases)('a client that $what leaves its back-end in', async ({ act, parameters }) => {
  expect(await toldAfter(act, parameters)).toEqual(['lb.backends ["a","b"]'])
})
