// What a server says to raw bytes, in a simulation: time-outs come in virtual time.

import { describe, expect, test } from 'vitest'

import { Fields, type HttpHandler, type HttpServerOptions, serveHttp } from './index.ts'
import { type Peer, played, type Script } from './testing/raw.ts'
import { at, type Env, ms, type Program, seconds, toSeconds } from '../../sim/index.ts'

const host = 'Host: server\r\n'
const plain = new Fields()

/** `/fast` answers at once, `/slow` after a second, `/body` with the body's size, `/stream` in pieces, `/fail` throws. */
const handler: HttpHandler = async (request) => {
  if (request.target === '/fail') throw new Error('a secret')
  if (request.target === '/split') return { status: 200, headers: new Fields([['X', 'a\r\nB: c']]) }
  if (request.target === '/body') {
    let size = 0
    for await (const bytes of request.body) size += bytes.length
    return {
      status: 200,
      headers: plain,
      body: `${size} bytes, trailers ${[...request.trailers].join('; ')}`,
    }
  }
  if (request.target === '/echo') return { status: 200, headers: plain, body: request.body }
  if (request.target === '/stream')
    return {
      status: 200,
      headers: plain,
      body: pieces('one', 'two'),
      trailers: () => new Fields([['Checksum', '42']]),
    }
  if (request.target === '/none') return { status: 204, headers: plain }
  return { status: 200, headers: plain, body: `${request.method} ${request.target}` }
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

function server(options: Partial<HttpServerOptions> = {}): Program {
  return async (env) => {
    await serveHttp(env, {
      port: 80,
      handler: async (request) => {
        if (request.target === '/slow') await env.sleep(seconds(1))
        return handler(request)
      },
      ...options,
    })
  }
}

/** What a server answers to text, until it ends the connection or text that ends so has come. Without dates. */
async function answer(
  text: string,
  until: RegExp | null = null,
  options: Partial<HttpServerOptions> = {},
): Promise<string> {
  const [notes = ''] = await played(server(options), async ({ open, note }) => {
    const peer = await open()
    await peer.send(text)
    note(undated(until === null ? await peer.rest() : await peer.until(until)))
  })
  return notes
}

function undated(text: string): string {
  return text.replaceAll(/Date: [^\r]*\r\n/g, '')
}

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\n${host}${more}\r\n`

describe('a server answers', () => {
  test('pipelined requests in their order, whatever each of them takes', async () => {
    const text = await answer(get('/slow') + get('/fast') + get('/last', 'Connection: close\r\n'))
    expect(text.match(/GET \/[a-z]+|HTTP\/1.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'GET /slow',
      'HTTP/1.1 200',
      'GET /fast',
      'HTTP/1.1 200',
      'GET /last',
    ])
    expect(text.match(/Connection: close/g)).toHaveLength(1)
  })

  test('HEAD as GET without the body', async () => {
    const head = `HEAD /fast HTTP/1.1\r\n${host}\r\n`
    const text = await answer(head + head.replace('/fast', '/stream') + get('/none', 'Connection: close\r\n'))
    expect(text).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
        'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n',
    )
  })

  test('HTTP/1.0 with a body until the end, or keeps the connection where it is asked to', async () => {
    expect(await answer('GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nonetwo',
    )
    expect(await answer('GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 6\r\n\r\nGET /a' +
        'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nGET /b',
    )
  })

  test('chunked bodies with extensions and trailers, and writes such', async () => {
    const sent = `POST /body HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3;a="b;c"\r\nabc\r\nA\r\n0123456789\r\n0\r\nSum: 1\r\n\r\n`
    expect(await answer(sent + get('/stream', 'Connection: close\r\n'))).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n13 bytes, trailers Sum,1' +
        'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\nChecksum: 42\r\n\r\n',
    )
  })

  test('500 without a word of why, and goes on', async () => {
    const text = await answer(get('/fail') + get('/split') + get('/fast', 'Connection: close\r\n'))
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 500', 'HTTP/1.1 500', 'HTTP/1.1 200'])
    expect(text).not.toMatch(/secret|B: c/)
  })

  test('100 Continue once somebody reads the body, and the final status alone where nobody does', async () => {
    const head = `POST /body HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`
    const notes = await played(server(), async ({ open, note }) => {
      const peer = await open()
      await peer.send(head)
      note(undated(await peer.until(/\r\n\r\n$/)))
      await peer.send('abc')
      note(undated(await peer.until(/bytes/)))
      await peer.send(head.replace('/body', '/echo'))
      note(undated(await peer.until(/200 OK\r\n[^]*\r\n\r\n$/)))
      await peer.send('xyz')
      note(await peer.until(/0\r\n\r\n$/))
      await peer.send(head.replace('/body', '/fast'))
      note(undated(await peer.rest()))
    })
    expect(notes).toEqual([
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n3 bytes, trailers ',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '3\r\nxyz\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nPOST /fast',
      'done',
    ])
  })

  test('so many requests on a connection and no more', async () => {
    const text = await answer(get('/1') + get('/2') + get('/3'), null, { requestsMax: 2 })
    expect(text.match(/GET \/\d/g)).toEqual(['GET /1', 'GET /2'])
  })

  test('a body that nobody wanted by reading it over, and what is too long of it by ending the connection', async () => {
    const post = (size: number): string =>
      `POST /fast HTTP/1.1\r\n${host}Content-Length: ${size}\r\n\r\n${'x'.repeat(size)}`
    expect((await answer(post(1000) + post(300_000) + get('/fast'))).match(/HTTP\/1.1 \d+|close/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'close',
    ])
  })

  test('503 beyond its connections', async () => {
    const notes = await played(server({ connectionsMax: 1 }), async ({ open, note }) => {
      const first = await open()
      await first.send(get('/fast'))
      await first.until(/fast/)
      note(await (await open()).rest())
    })
    expect(notes[0]).toMatch(/^HTTP\/1.1 503 /)
  })
})

describe('a server refuses, and ends the connection after it said so', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n'
  test.each([
    ['no Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['two of them', 400, get('/', host)],
    ['an invalid one', 400, 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['two lengths', 400, get('/', 'Content-Length: 1\r\nContent-Length: 1\r\n')],
    ['a list of lengths', 400, get('/', 'Content-Length: 1, 1\r\n')],
    ['a length with a sign', 400, get('/', 'Content-Length: +1\r\n')],
    ['a length beside chunked', 400, get('/', `Content-Length: 1\r\n${chunked}`)],
    ['chunked that is not last', 400, get('/', 'Transfer-Encoding: chunked, gzip\r\n')],
    ['chunked twice', 400, get('/', chunked + chunked)],
    ['chunked with something after it', 400, get('/', 'Transfer-Encoding: chunked;q=1\r\n')],
    ['chunked in HTTP/1.0', 400, `GET / HTTP/1.0\r\n${chunked}\r\n`],
    ['a coding that it does not know', 501, get('/', 'Transfer-Encoding: gzip, chunked\r\n')],
    ['a folded line', 400, get('/', 'A: b\r\n c\r\n')],
    ['a space before the colon', 400, get('/', 'A : b\r\n')],
    ['a bare CR', 400, get('/', 'A: b\rC: d\r\n')],
    ['a bare LF', 400, get('/', 'A: b\nC: d\r\n')],
    ['a NUL', 400, get('/', 'A: b\0\r\n')],
    ['a bad chunk size', 400, `${get('/body', chunked)}0x1\r\na\r\n0\r\n\r\n`],
    ['a negative chunk size', 400, `${get('/body', chunked)}-1\r\na\r\n0\r\n\r\n`],
    ['a chunk that is longer than its size', 400, `${get('/body', chunked)}1\r\nab\r\n0\r\n\r\n`],
    ['a length in the trailers', 400, `${get('/body', chunked)}0\r\nContent-Length: 1\r\n\r\n`],
    ['a version that it does not speak', 505, `GET / HTTP/2.0\r\n${host}\r\n`],
    ['the preface of HTTP/2', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an expectation that it does not know', 417, get('/', 'Expect: wonders\r\n')],
    ['a tunnel', 501, `CONNECT server:80 HTTP/1.1\r\n${host}\r\n`],
    ['an asterisk', 400, `GET * HTTP/1.1\r\n${host}\r\n`],
    ['a fragment', 400, get('/a#b')],
    ['a target that is none', 400, get('a')],
    ['a long target', 414, get(`/${'a'.repeat(9000)}`)],
    ['a large header', 431, get('/', `A: ${'b'.repeat(70_000)}\r\n`)],
    ['many fields', 431, get('/', 'A: b\r\n'.repeat(201))],
    ['a long body', 413, get('/body', 'Content-Length: 100000000\r\n')],
    ['a long chunk', 413, `${get('/body', chunked)}fffffff\r\n`],
    ['half a request', 400, 'GET / HTT'],
  ])('%s with %i', async (_, status, text) => {
    const [found = ''] = await played(server(), async ({ open, note }) => {
      const peer = await open()
      await peer.send(text)
      if (text.endsWith('HTT')) peer.end()
      note(undated(await peer.rest()))
    })
    expect(found.match(/HTTP\/1.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`])
    expect(found).toContain('Connection: close')
    expect(found).not.toContain('!')
  })

  test('what follows a request after which nothing was to follow, in silence', async () => {
    expect((await answer(get('/fast', 'Connection: close\r\n') + get('/evil'))).match(/GET \/\w+/g)).toEqual([
      'GET /fast',
    ])
  })
})

describe('a server does not wait for ever', () => {
  const timed =
    (script: (peer: Peer, env: Env) => Promise<string>): Script =>
    async ({ env, open, note }) => {
      const peer = await open()
      const begun = env.clock.monotonic()
      const text = await script(peer, env)
      const took = toSeconds((env.clock.monotonic() - begun) as ReturnType<typeof seconds>)
      note(`${text.match(/HTTP\/1.1 \d+/g)?.join(' ') ?? 'nothing'} after ${Math.round(took)} s`)
    }

  test('for a connection that says nothing', async () => {
    expect(
      await played(
        server(),
        timed((peer) => peer.rest()),
      ),
    ).toEqual(['nothing after 60 s', 'done'])
  })

  test('for a head that comes byte by byte', async () => {
    const slow = timed(async (peer, env) => {
      env.spawn(async () => {
        for (let count = 0; count < 30; count++) {
          await peer.send(count === 0 ? get('/fast').slice(0, -2) : 'X').catch(() => undefined)
          await env.sleep(seconds(1))
        }
      })
      return peer.rest()
    })
    expect(await played(server(), slow)).toEqual(['HTTP/1.1 408 after 10 s', 'done'])
  })

  test('for the rest of a head, and for a body', async () => {
    const half = timed(async (peer) => {
      await peer.send('GET / HTTP/1.1\r\n')
      return peer.rest()
    })
    expect(await played(server(), half)).toEqual(['HTTP/1.1 408 after 10 s', 'done'])
    const body = timed(async (peer) => {
      await peer.send(get('/body', 'Content-Length: 10\r\n'))
      return peer.rest()
    })
    expect(await played(server(), body)).toEqual(['HTTP/1.1 408 after 30 s', 'done'])
  })

  test('for a client that reads nothing', async () => {
    const endless = server({
      handler: () => ({ status: 200, headers: plain, body: zeros() }),
    })
    const notes = await played(endless, async ({ env, open, note }) => {
      const peer = await open()
      await peer.send(get('/'))
      await env.sleep(seconds(120))
      note((await peer.rest()).slice(-11))
    })
    expect(notes).toEqual(['!ECONNRESET', 'done'])
  })
})

async function* zeros(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(10_000)
}

describe('a server that is asked to stop', () => {
  const stop = {
    kind: 'stop',
    node: 'server',
    at: at(seconds(2)),
    for: seconds(100),
    grace: seconds(10),
  } as const

  test('answers what has begun, says that it is the last, and ends idle connections', async () => {
    const slow = server({
      handler: async (request) => {
        return { status: 200, headers: plain, body: String(await sizeOf(request.body)) }
      },
    })
    const notes = await played(
      slow,
      async ({ env, open, note }) => {
        const [idle, busy] = [await open(), await open()]
        await busy.send(get('/', 'Content-Length: 3\r\n'))
        await env.sleep(seconds(2))
        note(`idle: ${await idle.rest()}`)
        await env.sleep(ms(500))
        await busy.send('abc')
        note(undated(await busy.rest()))
        note(
          await open().then(
            () => 'opened',
            (error: unknown) => String(error).slice(0, 24),
          ),
        )
      },
      [stop],
    )
    expect(notes).toEqual([
      'idle: ',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n3',
      'NetError: ECONNREFUSED: ',
      'done',
    ])
  })
})

async function sizeOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const bytes of body) size += bytes.length
  return size
}

describe('an upgrade', () => {
  const upgrading = server({
    upgrade: (request) =>
      request.headers.get('upgrade') === 'shout' || request.method === 'CONNECT'
        ? async (connection, rest) => {
            await connection.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
            await connection.write(Buffer.from(rest).toString('latin1').toUpperCase())
            for await (const bytes of connection)
              await connection.write(Buffer.from(bytes).toString('latin1').toUpperCase())
          }
        : null,
  })
  const ask = (protocol: string): string => get('/', `Connection: upgrade\r\nUpgrade: ${protocol}\r\n`)

  test('hands the connection over with what was read of it', async () => {
    const notes = await played(upgrading, async ({ open, note }) => {
      const peer = await open()
      await peer.send(`${ask('shout')}hel`)
      note(await peer.until(/HEL/))
      await peer.send('lo')
      peer.end()
      note(await peer.rest())
    })
    expect(notes).toEqual(['HTTP/1.1 101 Switching Protocols\r\n\r\nHEL', 'LO', 'done'])
  })

  test('is declined by an ordinary answer, and HTTP goes on', async () => {
    const notes = await played(upgrading, async ({ open, note }) => {
      const peer = await open()
      await peer.send(ask('whisper') + get('/next', 'Connection: close\r\n'))
      note((await peer.rest()).match(/GET \/[a-z]*/g)?.join() ?? '')
    })
    expect(notes).toEqual(['GET /,GET /next', 'done'])
  })
})
