// What a client makes of servers that answer, break, send elsewhere, or say nothing; in a simulation.

import { describe, expect, test } from 'vitest'

import {
  Fields,
  HttpClient,
  HttpClientError,
  type HttpClientOptions,
  type HttpClientRequest,
  type HttpHandler,
  type HttpRequest,
  serveHttp,
} from './index.ts'
import {
  type Connection,
  type Env,
  node,
  type Program,
  run,
  scenario,
  seconds,
  toSeconds,
} from '../../sim/index.ts'

const plain = new Fields()

/** Runs a client against a program on `server`; what the client noted. */
async function asked(
  server: Program,
  script: (client: HttpClient, env: Env) => Promise<unknown>,
  options: HttpClientOptions = {},
): Promise<unknown> {
  let result: unknown = 'no result'
  const { violations } = await run(
    scenario({
      title: 'a client asks',
      nodes: () => [
        node('server', server),
        node(
          'other',
          serving(({ headers }) => ({
            status: 200,
            headers: plain,
            body: `other ${headers.get('authorization')}`,
          })),
        ),
        node('client', async (env) => {
          result = await script(new HttpClient(env, options), env)
        }),
      ],
      duration: seconds(900),
    }),
    { seed: 1, isChecked: false },
  )
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return result
}

function serving(handler: HttpHandler): Program {
  return async (env) => {
    await serveHttp(env, { port: 80, handler })
  }
}

/** A server that treats its connections by their number, from 1. */
function scripted(serve: (connection: Connection, count: number, env: Env) => Promise<void>): Program {
  return async (env) => {
    let count = 0
    for await (const connection of await env.net.listen(80)) {
      const number = ++count
      env.spawn(() => serve(connection, number, env).catch(() => undefined))
    }
  }
}

const url = 'http://server/'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

async function textOf(client: HttpClient, request: HttpClientRequest): Promise<string> {
  const response = await client.request(request)
  return `${response.status} ${await response.text()}`
}

/** The kind of failure, or the text of the response. */
async function outcome(client: HttpClient, request: HttpClientRequest): Promise<string> {
  try {
    return await textOf(client, request)
  } catch (error) {
    if (!(error instanceof HttpClientError)) throw error
    return error.kind
  }
}

async function bodyText(request: HttpRequest): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of request.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function* stream(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

describe('a client', () => {
  const echo = serving(async (request) => ({
    status: 200,
    headers: plain,
    body: `${request.method} ${request.headers.get('content-length')} ${await bodyText(request)} ${request.trailers.get('sum')}`,
  }))

  test('sends bodies of all kinds over one connection', async () => {
    const found = await asked(echo, async (client) => {
      const texts = [
        await textOf(client, { url }),
        await textOf(client, { url, method: 'POST' }),
        await textOf(client, { url, method: 'PUT', body: 'grün' }),
        await textOf(client, {
          url,
          method: 'POST',
          body: stream('a', '', 'bc'),
          trailers: () => new Fields([['Sum', '3']]),
        }),
        await textOf(client, { url, method: 'HEAD' }),
      ]
      return [...texts, client.connections]
    })
    expect(found).toEqual([
      '200 GET null  null',
      '200 POST 0  null',
      '200 PUT 5 grün null',
      '200 POST null abc 3',
      '200 ',
      1,
    ])
  })

  test('asks many things at once over no more connections than it may have', async () => {
    let most = 0
    let open = 0
    const busy =
      (env: Env): HttpHandler =>
      async ({ target }) => {
        most = Math.max(most, ++open)
        await env.sleep(seconds(1))
        open--
        return { status: 200, headers: plain, body: target }
      }
    const server: Program = async (env) => void (await serveHttp(env, { port: 80, handler: busy(env) }))
    const found = await asked(
      server,
      async (client) =>
        Promise.all(Array.from({ length: 12 }, (_, index) => textOf(client, { url: `${url}${index}` }))),
      { pool: { perAddressMax: 3 } },
    )
    expect(found).toEqual(Array.from({ length: 12 }, (_, index) => `200 /${index}`))
    expect(most).toBe(3)
  })

  test('waits for 100 Continue, and does not send what the server does not want', async () => {
    const picky = serving(async (request) =>
      request.target === '/no'
        ? { status: 403, headers: plain, body: 'no' }
        : { status: 200, headers: plain, body: await bodyText(request) },
    )
    let sent = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      sent++
      yield new TextEncoder().encode('body')
    }
    const found = await asked(picky, async (client) => [
      await textOf(client, { url: `${url}no`, method: 'PUT', body: counted(), expectsContinue: true }),
      sent,
      await textOf(client, { url, method: 'PUT', body: counted(), expectsContinue: true }),
      await textOf(client, { url, method: 'PUT', body: 'text', expectsContinue: true }),
    ])
    expect(found).toEqual(['403 no', 0, '200 body', '200 text'])
  })

  test('sends the body after a while to a server that never heard of 100 Continue', async () => {
    const found = await asked(
      scripted(async (connection) => {
        let text = ''
        while (!text.includes('body')) text += Buffer.from((await connection.read()) ?? []).toString()
        await connection.write(ok)
      }),
      (client) => textOf(client, { url, method: 'PUT', body: 'body', expectsContinue: true }),
    )
    expect(found).toBe('200 ok')
  })

  test('reads a body only as fast as its caller does', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent++
        yield new Uint8Array(10_000)
      }
    }
    const found = await asked(
      serving(() => ({ status: 200, headers: plain, body: endless() })),
      async (client, env) => {
        const response = await client.request({ url })
        const iterator = response.body[Symbol.asyncIterator]()
        await iterator.next()
        await env.sleep(seconds(5))
        const before = sent
        await env.sleep(seconds(5))
        const isHeld = sent === before
        await iterator.return?.()
        return [isHeld, sent < 100, client.connections]
      },
    )
    expect(found).toEqual([true, true, 0])
  })

  test('refuses what cannot be sent', async () => {
    const found = await asked(echo, async (client) => [
      await outcome(client, { url: 'https://server/' }),
      await outcome(client, { url: 'no url' }),
      await outcome(client, { url, method: 'A B' }),
      await outcome(client, { url, headers: new Fields([['X', 'a\r\nB: c']]) }),
      client.connections,
    ])
    expect(found).toEqual(['bad-request', 'bad-request', 'bad-request', 'bad-request', 0])
  })
})

describe('redirects', () => {
  const handler: HttpHandler = async (request) => {
    const [, status, target = ''] = /^\/(\d{3})(.*)$/.exec(request.target) ?? []
    if (status === undefined)
      return {
        status: 200,
        headers: plain,
        body: `${request.method} ${request.target} ${await bodyText(request)}`,
      }
    return { status: Number(status), headers: new Fields([['Location', target]]), body: 'elsewhere' }
  }
  const post = { method: 'POST', body: 'x' }

  test('are followed by the rules of their status', async () => {
    const found = await asked(serving(handler), async (client) => [
      await textOf(client, { url: `${url}302/a` }),
      await textOf(client, { url: `${url}301/a`, ...post }),
      await textOf(client, { url: `${url}303/a`, method: 'PUT', body: 'x' }),
      await textOf(client, { url: `${url}307/a`, ...post }),
      await textOf(client, { url: `${url}308/302/a`, ...post }),
      await textOf(client, { url: `${url}307/a`, method: 'POST', body: stream('x') }),
      await textOf(client, { url: `${url}302https://server/` }),
      await textOf(client, { url: `${url}302/a`, redirectsMax: 0 }),
      client.connections,
    ])
    expect(found).toEqual([
      '200 GET /a ',
      '200 GET /a ',
      '200 GET /a ',
      '200 POST /a x',
      '200 GET /a ',
      '307 elsewhere',
      '302 elsewhere',
      '302 elsewhere',
      1,
    ])
  })

  test('end some time, and take no credentials to others', async () => {
    const loop = serving(({ target }) => ({
      status: 302,
      headers: new Fields([['Location', target === '/other' ? 'http://other/' : '/loop']]),
    }))
    const headers = new Fields([['Authorization', 'secret']])
    const found = await asked(loop, async (client) => [
      await outcome(client, { url, redirectsMax: 3 }),
      await outcome(client, { url: `${url}other`, headers }),
    ])
    expect(found).toEqual(['too-many-redirects', '200 other null'])
  })
})

describe('when a server fails, a client', () => {
  const breaking = (good: number, last: (connection: Connection) => Promise<void>): Program =>
    scripted(async (connection, count) => {
      await connection.read()
      if (count >= good) await connection.write(ok)
      else await last(connection)
    })
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
