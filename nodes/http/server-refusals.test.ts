// What a server refuses and does not wait for, in a simulation: time-outs come in virtual time.

import { describe, expect, test } from 'vitest'

import { answer, get, host, plain, server, undated } from './testing/answering.ts'
import { type Peer, played, type Script } from './testing/raw.ts'
import { at, type Env, ms, seconds, toSeconds } from '../../sim/index.ts'

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
