// What a client makes of servers that break, are busy, say nothing, or answer what is no answer; in a simulation.

import { describe, expect, test } from 'vitest'

import { type HttpClientRequest, httpDate, serveHttp } from './index.ts'
import { asked, ok, outcome, plain, scripted, stream, url } from './testing/asked.ts'
import { type Connection, type Env, type Instant, type Program, seconds, toSeconds } from '../../sim/index.ts'

describe('when a server fails, a client', () => {
  const breaking =
    (good: number, last: (connection: Connection, env: Env) => Promise<void>): Program =>
    (env) =>
      scripted(async (connection, count) => {
        await connection.read()
        if (count >= good) await connection.write(ok)
        else await last(connection, env)
      })(env)
  const reset = async (connection: Connection): Promise<void> => {
    connection.reset()
  }

  test('tries again what is idempotent, and nothing else', async () => {
    expect(await asked(breaking(3, reset), (client) => outcome(client, { url }))).toBe('200 ok')
    expect(await asked(breaking(4, reset), (client) => outcome(client, { url }))).toBe('broken')
    expect(
      await asked(breaking(2, reset), (client) => outcome(client, { url, method: 'POST', body: 'x' })),
    ).toBe('broken')
    const marked = { url, method: 'POST', body: 'x', isIdempotent: true }
    expect(await asked(breaking(2, reset), (client) => outcome(client, marked))).toBe('200 ok')
    const streamed = (): HttpClientRequest => ({ url, method: 'PUT', body: stream('x') })
    expect(await asked(breaking(2, reset), (client) => outcome(client, streamed()))).toBe('broken')
  })

  test('tries again after 503, as late as it is told', async () => {
    const busy = (connection: Connection): Promise<void> =>
      connection.write('HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy')
    const found = await asked(
      breaking(2, busy),
      async (client, env) => {
        const begun = env.clock.monotonic()
        const got = await outcome(client, { url })
        return [got, Math.floor(toSeconds((env.clock.monotonic() - begun) as ReturnType<typeof seconds>))]
      },
      { pool: { idleMax: 0 } },
    )
    expect(found).toEqual(['200 ok', 7])
  })

  test('tries again when a date says so, by its own clock, and as ever where that is past or none', async () => {
    const waited = (date: (wall: Instant) => string) =>
      asked(
        breaking(2, (connection, env) =>
          connection.write(
            `HTTP/1.1 503 Busy\r\nRetry-After: ${date(env.clock.wall())}\r\nContent-Length: 0\r\n\r\n`,
          ),
        ),
        async (client, env) => {
          const begun = env.clock.monotonic()
          const got = await outcome(client, { url })
          return [got, Math.floor((env.clock.monotonic() - begun) / 1e9)]
        },
        { pool: { idleMax: 0 } },
      )
    expect(await waited((wall) => httpDate((wall + seconds(30)) as Instant))).toEqual(['200 ok', 30])
    expect(await waited(() => 'Thu, 01 Jan 1970 00:00:00 GMT')).toEqual(['200 ok', 0])
    expect(await waited(() => 'some day')).toEqual(['200 ok', 0])
    expect(await waited((wall) => httpDate((wall + seconds(90)) as Instant))).toEqual(['503 ', 0])
  })

  test('tries anything again where no connection could be made', async () => {
    const late: Program = async (env) => {
      await env.sleep(seconds(1))
      await serveHttp(env, { port: 80, handler: () => ({ status: 200, headers: plain, body: 'ok' }) })
    }
    const post = { url, method: 'POST', body: 'x' }
    expect(await asked(late, (client) => outcome(client, { ...post, retriesMax: 8 }))).toBe('200 ok')
    expect(await asked(late, (client) => outcome(client, { ...post, retriesMax: 0 }))).toBe('no-connection')
  })

  test('is not fooled by a connection that the server had ended', async () => {
    const once = scripted(async (connection) => {
      await connection.read()
      await connection.write(ok)
      await connection.read()
      connection.reset()
    })
    const found = await asked(once, async (client) => [
      await outcome(client, { url }),
      await outcome(client, { url, retriesMax: 1 }),
    ])
    expect(found).toEqual(['200 ok', '200 ok'])
  })

  test('does not wait for ever', async () => {
    const silent = scripted(async (connection) => {
      for await (const bytes of connection) void bytes
    })
    const half = scripted(async (connection) => {
      await connection.read()
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
      for await (const bytes of connection) void bytes
    })
    const timed = (server: Program, request: Partial<HttpClientRequest>): Promise<unknown> =>
      asked(server, async (client, env) => {
        const begun = env.clock.monotonic()
        const got = await outcome(client, { url, ...request })
        return `${got} after ${Math.round(toSeconds((env.clock.monotonic() - begun) as ReturnType<typeof seconds>))} s, ${client.connections} open`
      })
    expect(await timed(silent, { retriesMax: 0 })).toBe('timeout after 30 s, 0 open')
    expect(await timed(half, {})).toBe('timeout after 30 s, 0 open')
    expect(await timed(silent, { timeout: seconds(70) })).toBe('timeout after 70 s, 0 open')
  })

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 'bad-response'],
    [
      'a length beside chunked',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'bad-response',
    ],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Surprise\r\n\r\n', 'bad-response'],
    ['interim responses without end', 'HTTP/1.1 102 Wait\r\n\r\n'.repeat(40), 'bad-response'],
    ['half a head', 'HTTP/1.1 200', 'broken'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', 'broken'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab', 'broken'],
    ['a body that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\nall of it', '200 all of it'],
    ['interim responses before the answer', `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${ok}`, '200 ok'],
  ])('takes %s for what it is', async (_, text, wanted) => {
    const server = scripted(async (connection) => {
      await connection.read()
      await connection.write(text)
      connection.end()
    })
    expect(await asked(server, (client) => outcome(client, { url, retriesMax: 0 }))).toBe(wanted)
  })

  test('never takes bytes that came too early for the answer to its next request', async () => {
    const smuggler = scripted(async (connection, count) => {
      await connection.read()
      await connection.write(count === 1 ? ok + ok.replace('ok', 'no') : ok)
    })
    const found = await asked(smuggler, async (client) => [
      await outcome(client, { url }),
      await outcome(client, { url }),
    ])
    expect(found).toEqual(['200 ok', '200 ok'])
  })
})
