// What a client sends and reads, and where it is sent elsewhere; in a simulation.

import { describe, expect, test } from 'vitest'

import { Fields, type HttpHandler, type HttpRequest, serveHttp } from './index.ts'
import { asked, outcome, plain, scripted, serving, ok, stream, textOf, url } from './testing/asked.ts'
import { DiskError, type Env, type Program, seconds } from '../../sim/index.ts'

async function bodyText(request: HttpRequest): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of request.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
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

  test('gives up at once where the body that it is to send fails', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      throw new DiskError('EIO', '/body', 'read')
    }
    const found = await asked(echo, async (client, env) => {
      const begun = env.clock.monotonic()
      const got = await outcome(client, { url, method: 'PUT', body: failing() })
      return [got, env.clock.monotonic() - begun < seconds(1), client.connections]
    })
    expect(found).toEqual(['broken', true, 0])
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

  test('name the host that they were told, and another server its own', async () => {
    const hosts: (string | null)[] = []
    const moved = serving(({ target, headers }) => {
      hosts.push(headers.get('host'))
      return {
        status: 302,
        headers: new Fields([['Location', target === '/' ? '/near' : 'http://other/']]),
      }
    })
    const headers = new Fields([['Host', 'example.org']])
    const found = await asked(moved, async (client) => [await outcome(client, { url, headers })])
    expect([hosts, found]).toEqual([['example.org', 'example.org'], ['200 other null']])
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
