// Responses as careless or hostile back-ends give them: proper ones, some with what is about one hop only or has been read in two
// ways by somebody, some of them with bytes changed.

import * as fc from 'fast-check'

/** What a back-end says to one request. */
export interface OddResponse {
  readonly text: string
  /** Whether it ends its side after that. */
  readonly ends: boolean
  readonly cuts: readonly number[]
}

const lines = [
  'Connection: close',
  'Connection: keep-alive',
  'Connection: x-hop, Set-Cookie',
  'Connection: Content-Length, Date',
  'X-Hop: 1',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: close',
  'Proxy-Authenticate: Basic',
  'Upgrade: h2c',
  'Set-Cookie: a=b',
  'Set-Cookie: c=d; Path=/',
  'Trailer: X-Sum',
  'Date: Thu, 01 Jan 2026 00:00:00 GMT',
  'Content-Encoding: gzip',
  'X-Odd: \u00e9\t ',
] as const
const oddLines = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: identity',
  'Transfer-Encoding : chunked',
  'Content-Length: 3',
  'Content-Length: 4',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'X: y\r\n z',
  'X: y\rz',
  'X: \u0000',
  'no colon',
] as const
const interims = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n',
  'HTTP/1.1 199 Odd\r\n\r\n',
] as const
const bodies = ['', 'abc', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden', '0\r\n\r\n'] as const

const rarely = <T>(usual: fc.Arbitrary<T>, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: fc.constantFrom(...others), weight: 1 })
const noLines: readonly string[] = []

const body = fc.constantFrom<string>(...bodies)
const framed = fc.oneof<fc.Arbitrary<{ readonly lines: readonly string[]; readonly bytes: string }>[]>(
  body.map((bytes) => ({ lines: [], bytes })),
  body.map((bytes) => ({ lines: [`Content-Length: ${bytes.length}`], bytes })),
  fc
    .tuple(
      fc.array(body, { maxLength: 3 }),
      fc.constantFrom('', 'X-Sum: 1\r\n', 'Connection: close\r\nX-Sum: 2\r\n', 'Content-Length: 5\r\n'),
    )
    .map(([pieces, trailers]) => ({
      lines: ['Transfer-Encoding: chunked'],
      bytes: `${pieces.map((piece) => (piece === '' ? '' : `${piece.length.toString(16)}\r\n${piece}\r\n`)).join('')}0\r\n${trailers}\r\n`,
    })),
)

const response = fc
  .record({
    before: fc.oneof(
      { arbitrary: fc.constant(noLines), weight: 3 },
      { arbitrary: fc.array(fc.constantFrom<string>(...interims), { maxLength: 2 }), weight: 1 },
    ),
    version: rarely(fc.constant('HTTP/1.1'), 'HTTP/1.0', 'HTTP/2.0', 'http/1.1'),
    status: rarely(
      fc.constantFrom(
        '200 OK',
        '201 ',
        '206 Part',
        '301 Moved',
        '304 Not Modified',
        '204 None',
        '404 \u00e9',
      ),
      '101 Switching Protocols',
      '99 x',
      '1000 x',
      '200',
    ),
    own: fc.array(fc.constantFrom<string>(...lines), { maxLength: 3 }),
    odd: fc.oneof(
      { arbitrary: fc.constant(noLines), weight: 5 },
      { arbitrary: fc.array(fc.constantFrom<string>(...oddLines), { maxLength: 2 }), weight: 1 },
    ),
    framed,
    after: rarely(fc.constant(''), 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden', '\r\n', 'x'),
  })
  .map(({ before, version, status, own, odd, framed, after }) => {
    const header = [...framed.lines, ...own, ...odd].map((line) => `${line}\r\n`).join('')
    return `${before.join('')}${version} ${status}\r\n${header}\r\n${framed.bytes}${after}`
  })

/** A response, whole or with a byte or two changed. */
export const oddResponse: fc.Arbitrary<OddResponse> = fc.record({
  text: fc.oneof(
    { arbitrary: response, weight: 3 },
    {
      arbitrary: fc
        .tuple(
          response,
          fc.nat(200),
          fc.nat(1),
          fc.constantFrom('', '\r', '\n', ' ', ':', '\u0000', '0', ';'),
        )
        .map(([text, at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed)),
      weight: 1,
    },
  ),
  ends: fc.boolean(),
  cuts: fc.array(fc.nat(200), { maxLength: 2 }),
})
