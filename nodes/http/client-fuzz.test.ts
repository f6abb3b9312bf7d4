// Whatever a server says, a client has a response or an error of its own, within its time and in so much memory.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { asked, outcome, scripted } from './testing/asked.ts'
import { seconds } from '../../sim/index.ts'

const valid = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nSum: 1\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 308 Permanent Redirect\r\nLocation: http://[::/\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 99999999999\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\0\0',
].map((text) => Buffer.from(text, 'latin1'))
const pieces = fc.oneof(
  fc
    .constantFrom(
      '\r',
      '\n',
      '\r\n\r\n',
      '\0',
      'HTTP/',
      ' 999',
      'Content-Length: 1',
      'Location: ',
      'ffffffff',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 5 }),
)
const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(120), fc.nat(5), pieces), { maxLength: 3 }))
  .map(([base, edits]) =>
    edits.reduce((bytes, [at, gone, put]) => {
      const place = at % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + gone)])
    }, base),
  )
const answers = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated)

test('any answer is a response or an error of the client, in time', async () => {
  const samples = fc.sample(fc.tuple(answers, fc.boolean()), { numRuns: 250, seed: 5 })
  const noise = scripted(async (connection, number) => {
    for (;;) {
      if ((await connection.read()) === null) return
      const [bytes, isEnding] = samples[number % samples.length] ?? [new Uint8Array(), true]
      await connection.write(bytes)
      if (isEnding) connection.end()
    }
  })
  const seen = await asked(
    noise,
    async (client, env) => {
      const kinds = new Map<string, number>()
      const methods = ['GET', 'HEAD', 'POST', 'PUT']
      const one = async (at: number): Promise<void> => {
        const since = env.clock.monotonic()
        const method = methods[at % methods.length] ?? 'GET'
        const body = method === 'GET' || method === 'HEAD' ? {} : { body: 'x'.repeat(at) }
        // What is no HttpClientError is thrown on by `outcome`, and ends the node.
        const told = await outcome(client, { url: `http://server/${at}`, method, ...body })
        const kind = /^\d{3} /.test(told) ? 'answered' : told
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
        if (env.clock.monotonic() - since > seconds(3)) kinds.set(`late: ${at}`, 1)
      }
      await Promise.all(samples.map((_, at) => one(at)))
      return [...kinds.keys()].toSorted()
    },
    {
      timeout: seconds(2),
      headerTimeout: seconds(1),
      bodyTimeout: seconds(1),
      retriesMax: 2,
      pool: { perAddressMax: 300 },
    },
  )
  expect(seen).toEqual(['answered', 'bad-response', 'broken', 'timeout'])
})

test('an answer without an end costs no more than its limits', async () => {
  const endless = (head: string, piece: string): ReturnType<typeof scripted> =>
    scripted(async (connection) => {
      await connection.read()
      await connection.write(head)
      for (;;) await connection.write(piece)
    })
  const told = []
  for (const [head, piece] of [
    ['HTTP/1.1 ', '2'],
    ['HTTP/1.1 200 ', 'x'.repeat(1000)],
    ['HTTP/1.1 200 OK\r\n', 'A: b\r\n'.repeat(100)],
    ['', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '0'.repeat(1000)],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `400\r\n${'x'.repeat(1024)}\r\n`],
    ['HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(10_000)],
    ['HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n', 'x'.repeat(10_000)],
  ] as const)
    told.push(
      await asked(
        endless(head, piece),
        async (client) => {
          try {
            const response = await client.request({ url: 'http://server/', timeout: seconds(20) })
            return (await response.bytes(100_000)).length
          } catch (error) {
            return String(error).slice(0, 60)
          }
        },
        { retriesMax: 0, redirectsMax: 3 },
      ),
    )
  expect(told).toMatchInlineSnapshot(`
    [
      "HttpClientError: bad-response: bad-start-line: got "2" in th",
      "HttpClientError: bad-response: bad-start-line: got a longer ",
      "HttpClientError: bad-response: fields-too-large: got more th",
      "HttpClientError: bad-response: unexpected: got more than 32 ",
      "HttpClientError: bad-response: bad-chunk: got a longer chunk",
      "HttpClientError: bad-response: got a longer body, wanted at ",
      "HttpClientError: bad-response: got a longer body, wanted at ",
      "HttpClientError: too-many-redirects: got more than 3, the la",
    ]
  `)
})
