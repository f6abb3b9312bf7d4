// What becomes of requests when back-ends do not answer as they should.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { httpBackend, play, rawBackend, readText, telling } from '../testing/play.ts'
import { type DataRecord, type Env, ms, type Program, seconds } from '../../../sim/index.ts'
import { Fields, HttpClient, type HttpClientRequest } from '../../http/index.ts'

const dead: Program = () => undefined
const breaking = rawBackend(async (connection) => {
  await connection.read()
  connection.reset()
})
const silent = rawBackend(async (connection) => {
  for await (const bytes of connection) void bytes
})

/** Asks once, and tells status and body. */
async function ask(env: Env, request: Partial<HttpClientRequest> = {}): Promise<string> {
  const client = new HttpClient(env, { retriesMax: 0, redirectsMax: 0 })
  const response = await client.request({ url: 'http://lb/x', ...request })
  const after = response.headers.get('retry-after')
  return `${response.status}${after === null ? '' : ` after ${after}`} ${(await response.text()).trim()}`
}

/** What answers to requests there are, one after the other. */
async function answers(
  backends: Readonly<Record<string, Program>>,
  requests: readonly Partial<HttpClientRequest>[],
  parameters: DataRecord = {},
): Promise<readonly string[]> {
  const { notes } = await play({
    backends,
    parameters: { balance: 'round-robin', ...parameters },
    client: async (env, note) => {
      for (const request of requests) note(await ask(env, request))
    },
  })
  return notes
}

const post = { method: 'POST', body: 'abc' }

describe('a request', () => {
  test('goes to another back-end when the first is not there, whatever it is', async () => {
    expect(await answers({ a: dead, b: telling }, [{}, post, post])).toEqual([
      '200 b GET /x 0',
      '200 b POST /x 3',
      '200 b POST /x 3',
    ])
  })

  test('goes to another one when the first broke only if it may be sent twice', async () => {
    const outliers = { outliers: false }
    const put = { method: 'PUT', body: 'abc' }
    // Round robin: after a second choice the next one is its neighbour.
    expect(await answers({ a: breaking, b: telling }, [{}, post, post, put], outliers)).toEqual([
      '200 b GET /x 0',
      '200 b POST /x 3',
      '502 502 Bad Gateway',
      '200 b PUT /x 3',
    ])
  })

  test('is answered with 504 when nobody answers in time', async () => {
    const times = { responseTimeoutMs: 200 }
    const backends = { a: silent, b: telling }
    expect(await answers(backends, [{}], { ...times, retriesMax: 0 })).toEqual(['504 504 Gateway Timeout'])
    expect(await answers(backends, [{}], { ...times, retriesMax: 1 })).toEqual(['200 b GET /x 0'])
    expect(await answers({ a: silent }, [post], times)).toEqual(['504 504 Gateway Timeout'])
  })

  test('is answered with 503 when there is no back-end, and 502 when none is reached', async () => {
    expect(await answers({}, [{}])).toEqual(['503 after 1 503 Service Unavailable'])
    expect(await answers({ a: dead, b: dead }, [{}])).toEqual(['502 502 Bad Gateway'])
  })

  test('is tried again only within the budget', async () => {
    const tight = { retryRatio: 0, retriesPerSecondMin: 0.1, outliers: false }
    const told = await answers({ a: breaking, b: telling }, [{}, {}, {}, {}], tight)
    expect(told.map((each) => each.slice(0, 3))).toEqual(['200', '200', '502', '200'])
  })

  test('is tried again for statuses that settings name', async () => {
    const busy = httpBackend(() => ({ status: 503, headers: new Fields(), body: 'busy' }))
    expect(await answers({ a: busy, b: telling }, [{}])).toEqual(['503 busy'])
    expect(await answers({ a: busy, b: telling }, [{}, post, post], { retryStatuses: [503] })).toEqual([
      '200 b GET /x 0',
      '200 b POST /x 3',
      '503 busy',
    ])
  })

  test('with a long body is streamed, and not sent again', async () => {
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 20; piece++) yield new Uint8Array(10_000)
    }
    const put = { method: 'PUT', body: long() }
    expect(await answers({ a: telling }, [put])).toEqual(['200 a PUT /x 200000'])
    const midway = rawBackend(async (connection) => {
      for (let read = 0; read < 100_000;) read += (await connection.read())?.length ?? 100_000
      connection.reset()
    })
    const told = await answers({ a: midway, b: telling }, [{ method: 'PUT', body: long() }])
    expect(told).toEqual(['502 502 Bad Gateway'])
  })

  test('that is answered before it has all been sent leaves the connection in order', async () => {
    const early = rawBackend(async (connection) => {
      await readText(connection, '\r\n\r\n')
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly')
      connection.end()
    })
    const { notes } = await play({
      backends: { a: early },
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write('PUT /1 HTTP/1.1\r\nHost: lb\r\nContent-Length: 6\r\n\r\nab')
        note(await readText(connection, 'early'))
        await connection.write('cdefGET /2 HTTP/1.1\r\nHost: lb\r\nConnection: close\r\n\r\n')
        note(await readText(connection))
      },
    })
    expect(notes.map((text) => text.replaceAll(/\r\n(?:Date|Via): [^\r]*/g, ''))).toEqual([
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nearly',
    ])
  })

  test('that is slow to arrive is not the fault of who waits for it', async () => {
    const { notes, probes } = await play({
      backends: { a: telling },
      parameters: { responseTimeoutMs: 300, outlierFailures: 1 },
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write('POST / HTTP/1.1\r\nHost: lb\r\nContent-Length: 4\r\n\r\nab')
        await env.sleep(seconds(2))
        await connection.write('cd')
        note((await readText(connection, 'POST / 4')).slice(0, 12))
      },
    })
    expect(notes).toEqual(['HTTP/1.1 200'])
    expect(probes).toEqual(['lb.backends ["a"]'])
  })

  test('keeps its trailers, and so does its answer', async () => {
    const trailing = httpBackend(async (request) => {
      let size = 0
      for await (const bytes of request.body) size += bytes.length
      async function* body(): AsyncGenerator<Uint8Array> {
        yield new TextEncoder().encode(`${size} ${request.trailers.get('sum')}`)
      }
      return { status: 200, headers: new Fields(), body: body(), trailers: () => new Fields([['Sum', 'b']]) }
    })
    const { notes } = await play({
      backends: { a: trailing },
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write('PUT / HTTP/1.1\r\nHost: lb\r\nTransfer-Encoding: chunked\r\n\r\n')
        await connection.write('2\r\nab\r\n0\r\nSum: a\r\n\r\n')
        note((await readText(connection, 'Sum: b\r\n\r\n')).replace(/^[^]*?\r\n\r\n/, ''))
        note(await ask(env, { method: 'PUT', body: 'abc' }))
      },
    })
    expect(notes).toEqual(['3\r\n2 a\r\n0\r\nSum: b\r\n\r\n', '200 3 null'])
  })

  test('that is no HTTP is answered with 400, also midway in its body', async () => {
    const { notes } = await play({
      backends: { a: telling },
      client: async (env, note) => {
        for (const text of [
          'GET / HTTP/1.1\r\nHost: lb\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
          'POST / HTTP/1.1\r\nHost: lb\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
          'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n',
        ]) {
          const connection = await env.net.connect('lb', 80)
          await connection.write(text)
          note((await readText(connection)).slice(0, 12))
        }
        note(await ask(env))
      },
    })
    expect(notes).toEqual(['HTTP/1.1 400', 'HTTP/1.1 400', 'HTTP/1.1 501', '200 a GET /x 0'])
  })

  test('whose answer breaks off midway breaks off, and is not the end of others', async () => {
    const torn = rawBackend(async (connection, count) => {
      await connection.read()
      await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
      if (count > 1) await connection.write('-whole')
      connection.end()
    })
    const { notes } = await play({
      backends: { a: torn },
      client: async (env, note) => {
        for (let time = 0; time < 2; time++) note(await ask(env).catch(String))
      },
    })
    expect(notes[0]).toContain('HttpClientError: broken')
    expect(notes[1]).toBe('200 half-whole')
  })
})

test('a body waits for 100 Continue, whatever interim responses come before it', async () => {
  const hinting = rawBackend(async (connection) => {
    await readText(connection, '\r\n\r\n')
    await connection.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n')
    await connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${await readText(connection, 'abc')}`)
  })
  const { notes } = await play({
    backends: { a: hinting },
    client: async (env, note) => {
      note(await ask(env, { method: 'POST', body: 'abc', expectsContinue: true }))
    },
  })
  expect(notes).toEqual(['200 abc'])
})

test('keys go where they went, by header, cookie and path, and sticky sources too', async () => {
  const backends = { a: telling, b: telling, c: telling, d: telling }
  const keyed = (name: string, value: string): Partial<HttpClientRequest> => ({
    headers: new Fields([[name, value]]),
  })
  const places = async (
    requests: readonly Partial<HttpClientRequest>[],
    parameters: DataRecord,
  ): Promise<string> => (await answers(backends, requests, parameters)).map((told) => told[4] ?? '?').join('')
  const hashing = (hashOn: string): DataRecord => ({ balance: 'consistent-hashing', hashOn })
  const many = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']
  for (const told of [
    await places(
      many.map((key) => keyed('x-key', key)),
      hashing('header:x-key'),
    ),
    await places(
      many.map((key) => keyed('cookie', `a=b; s=${key}`)),
      hashing('cookie:s'),
    ),
    await places(
      many.map((key) => ({ url: `http://lb/${key}?${Math.random()}` })),
      hashing('path'),
    ),
  ]) {
    expect(told.slice(0, 6)).toBe(told.slice(6))
    expect(new Set(told).size).toBeGreaterThan(1)
  }
  expect(new Set(await places([{}, {}, {}, {}], hashing('source'))).size).toBe(1)
  expect(new Set(await places([{}, {}, {}, {}], { sticky: 'source' })).size).toBe(1)
  expect(await places([{}, {}, {}, {}], {})).toBe('abcd')
})

test('whatever clients and back-ends say, the next request is answered', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom(
          'GET / HTTP/1.1\r\nHost: lb\r\n\r\n',
          'PUT /a HTTP/1.1\r\nHost: lb\r\nContent-Length: 9\r\n\r\nabc',
          'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc',
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        ),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 2 }),
      )
      .map(([text, changes]) => {
        const bytes = Buffer.from(text)
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
        return new Uint8Array(bytes)
      }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { minLength: 1, maxLength: 4 }),
      fc.array(bytes, { minLength: 1, maxLength: 4 }),
      async (said, answered) => {
        const odd = rawBackend(async (connection, count) => {
          await connection.read()
          await connection.write(answered[count % answered.length] ?? '')
          connection.end()
        })
        const { notes } = await play({
          backends: { odd, good: telling },
          parameters: {
            balance: 'round-robin',
            responseTimeoutMs: 300,
            idleTimeoutMs: 1000,
            retriesMax: 1,
            outlierFailures: 1,
          },
          client: async (env, note) => {
            for (const each of said) {
              const connection = await env.net.connect('lb', 80)
              env.spawn(() => connection.write(each).catch(() => undefined))
              await readText(connection).catch(() => '')
            }
            await env.sleep(ms(10))
            note(await ask(env).catch(String))
            note(await ask(env).catch(String))
          },
          length: 400,
        })
        expect(notes).toHaveLength(2)
        expect(notes.some((told) => told.startsWith('200 good'))).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('waits for nobody for ever', async () => {
  const { notes } = await play({
    backends: { a: silent },
    parameters: { responseTimeoutMs: 500 },
    client: async (env, note) => {
      const since = env.clock.monotonic()
      note(await ask(env, { method: 'POST', body: 'abc', expectsContinue: true }))
      note(String(env.clock.monotonic() - since < seconds(1)))
    },
  })
  expect(notes).toEqual(['504 504 Gateway Timeout', 'true'])
})
