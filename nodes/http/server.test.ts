// What a server answers to raw bytes, in a simulation.

import { describe, expect, test } from 'vitest'

import { type HttpHandler, serveHttp } from './index.ts'
import { answer, get, host, plain, server, undated } from './testing/answering.ts'
import { played } from './testing/raw.ts'
import { type Event, NetError, node, type Program, run, scenario, seconds } from '../../sim/index.ts'

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

  test('a higher minor version as the highest that it knows, and says that one', async () => {
    expect(await answer(`GET /fast HTTP/1.3\r\n${host}Connection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 OK\r\n/,
    )
    expect(await answer('GET /fast HTTP/1.9\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
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

  test('500, and says in the log where a handler failed, whatever it threw', async () => {
    const logged: Event[] = []
    const thrown: readonly unknown[] = [new TypeError('x'.repeat(10_000)), null, Object.create(null), 'text']
    const failing = server({
      handler: ({ target }) => {
        throw thrown[Number(target.slice(1))]
      },
    })
    const client: Program = async (env) => {
      const connection = await env.net.connect('server', 80)
      for (const at of thrown.keys()) await connection.write(get(`/${at}`))
      await env.sleep(seconds(1))
      connection.reset()
    }
    await run(
      scenario({
        title: 'handlers that fail',
        nodes: () => [node('server', failing), node('client', client)],
        duration: seconds(2),
      }),
      {
        seed: 1,
        onEvent: (event) => void (event.kind === 'log' && event.level === 'error' && logged.push(event)),
      },
    )
    const told = logged.map((event) => (event.kind === 'log' ? event.fields['error'] : null))
    expect(told).toEqual([`TypeError: ${'x'.repeat(489)}`, 'null', '{}', '"text"'])
    const [first] = logged
    expect(first?.kind === 'log' && first.stack?.length).toBe(4096)
  })

  test('500 where a handler failed over another connection, and 400 where over its own', async () => {
    const proxy = server({
      handler: async ({ body, target }) => {
        if (target === '/upstream') throw new NetError('ECONNREFUSED', 'nobody there')
        for await (const bytes of body) void bytes
        return { status: 200, headers: plain }
      },
    })
    const notes = await played(proxy, async ({ open, note }) => {
      const peer = await open()
      await peer.send(get('/upstream') + get('/own', 'Transfer-Encoding: chunked\r\n') + 'none')
      note((await peer.rest()).match(/HTTP\/1.1 \d+/g)?.join() ?? '')
    })
    expect(notes).toEqual(['HTTP/1.1 500,HTTP/1.1 400', 'done'])
  })

  test('once, and ends, where a handler made light of a body that broke', async () => {
    const easy = server({
      handler: async ({ body }) => {
        try {
          for await (const bytes of body) void bytes
        } catch {
          // It answers all the same.
        }
        return { status: 200, headers: plain }
      },
    })
    const notes = await played(easy, async ({ open, note }) => {
      const peer = await open()
      await peer.send(get('/', 'Transfer-Encoding: chunked\r\n') + 'none\r\n' + get('/evil'))
      note(undated(await peer.rest()))
    })
    expect(notes).toEqual(['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', 'done'])
  })

  test('who waits for its request to be given up, and has begun the next one', async () => {
    const watching: Program = async (env) => {
      const handler: HttpHandler = async ({ target, signal }) => {
        await env.sleep(seconds(1), signal).catch(() => undefined)
        return { status: 200, headers: plain, body: `${target} ${signal.aborted}` }
      }
      await serveHttp(env, { port: 80, handler })
    }
    const notes = await played(watching, async ({ open, note, env }) => {
      const peer = await open()
      await peer.send(get('/first') + get('/next').slice(0, 20))
      await env.sleep(seconds(3))
      await peer.send(get('/next').slice(20))
      note((await peer.until(/next false/)).match(/\/[a-z]+ (?:true|false)/g)?.join() ?? '')
    })
    expect(notes).toEqual(['/first false,/next false', 'done'])
  })

  test('nobody who has left, where the handler throws what it was told of that', async () => {
    const told: string[] = []
    const giving =
      (abortOnClose: boolean): Program =>
      async (env) => {
        const handler: HttpHandler = async (request) => {
          const reason = await new Promise<Error | null>((resolve) => {
            request.whenGone?.(resolve)
            env.timers.after(seconds(1), () => {
              resolve(null)
            })
          })
          told.push(`${reason instanceof NetError} ${request.signal.aborted}`)
          if (reason !== null) throw reason
          return { status: 200, headers: plain, body: 'there' }
        }
        await serveHttp(env, { port: 80, handler, abortOnClose })
      }
    for (const abortOnClose of [true, false]) {
      const notes = await played(giving(abortOnClose), async ({ open, note }) => {
        const peer = await open()
        await peer.send(get('/'))
        peer.connection.end()
        note((await peer.rest()).slice(0, 20))
      })
      expect(notes).toEqual([abortOnClose ? '!ECONNRESET' : 'HTTP/1.1 200 OK\r\nDat', 'done'])
    }
    expect(told).toEqual(['true true', 'false false'])
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
