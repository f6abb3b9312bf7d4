// Streams of requests as attackers send them: proper ones, some with what has been read in two ways by somebody, some of them with
// bytes changed.

import * as fc from 'fast-check'

/** Lines that have hidden requests from one of two readers. */
const oddLines = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: \u000bchunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:',
  'Transfer-Encoding: "chunked"',
  'transfer-encoding: CHUNKED',
  'Transfer_Encoding: chunked',
  ' Transfer-Encoding: chunked',
  'X: y\n Transfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'Transfer-Encoding\u0000: chunked',
  'Content-Length: 3',
  'Content-Length: 0',
  'Content-Length: 44',
  'Content-Length: +3',
  'Content-Length: -1',
  'Content-Length: 0x3',
  'Content-Length: 3, 3',
  'Content-Length: 03',
  'Content-Length: 3 3',
  'Content-Length: 18446744073709551619',
  'Content-Length:',
  'Content-Length : 3',
  'Content-Length: 3\u000b',
  'Connection: close',
  'Connection: keep-alive, x-hop',
  'Connection: Content-Length',
  'Connection: Transfer-Encoding',
  'Connection: Host, Expect, Cookie',
  'Connection: upgrade',
  'X-Hop: 1',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQAAP__',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'TE: trailers',
  'Trailer: X-Sum',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Host: other',
  'Host:',
  'Cookie: a=b; c=d',
  'X-Long: \u00e9 \t ',
  ': no name',
  'no colon',
  '',
] as const

const targets = ['/', '/a?b=c', '/%2e%2e/x', '//x', 'http://other/x', 'http://other?q', '/;a=b'] as const
const oddTargets = [
  'http://other',
  '*',
  '/a#b',
  'a',
  'other:80',
  '/ a',
  '/\u00e9',
  'http://u:p@other/',
  'http://a"b/',
  'ftp://other/',
  'http:///a',
  'https://[::1]:8/x',
] as const
const methods = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'] as const
/** What a body may hold: requests, ends of chunks, and what is neither. */
const bodies = [
  '',
  'abc',
  'GET /hidden HTTP/1.1\r\nHost: lb\r\n\r\n',
  '0\r\n\r\n',
  '0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: lb\r\n\r\n',
  '\r\n',
] as const
const contradictions = [
  'Content-Length: 3',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding : chunked',
] as const
const extensions = ['', ';a=b', ';a="b;"'] as const
const oddExtensions = [' ;a="b"', ';\n', ' ', ';a\rb', ';\u0000'] as const

const mostly = <T>(usual: readonly T[], others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 30 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  )
const rarely = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> => mostly([usual], others)

const body = fc.constantFrom(...bodies)
const framed = fc.oneof<fc.Arbitrary<{ readonly lines: readonly string[]; readonly bytes: string }>[]>(
  fc.constant({ lines: [], bytes: '' }),
  body.map((bytes) => ({ lines: [`Content-Length: ${bytes.length}`], bytes })),
  fc
    .tuple(fc.shuffledSubarray([...contradictions], { minLength: 1, maxLength: 2 }), body)
    .map(([lines, bytes]) => ({ lines, bytes })),
  fc
    .tuple(
      fc.array(fc.tuple(body, mostly<string>(extensions, oddExtensions), rarely('\r\n', '\n', '', '\r')), {
        maxLength: 3,
      }),
      fc.constantFrom(
        '',
        '',
        'X-Sum: 1\r\n',
        'Content-Length: 5\r\n',
        'Host: x\r\n',
        'Transfer-Encoding: chunked\r\n',
      ),
    )
    .map(([pieces, trailers]) => ({
      lines: ['Transfer-Encoding: chunked'],
      bytes: `${pieces.map(([piece, extension, end]) => (piece === '' ? '' : `${piece.length.toString(16)}${extension}\r\n${piece}${end}`)).join('')}0\r\n${trailers}\r\n`,
    })),
)

const request = fc
  .record({
    method: mostly(methods, ['get', 'CONNECT', 'G@T', 'PRI']),
    target: mostly(targets, oddTargets),
    version: rarely('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', ' HTTP/1.1'),
    before: rarely('', '\r\n', '\n', ' '),
    host: rarely('Host: lb', 'Host: lb:80', 'Host: l b', 'X: y'),
    framed,
    odd: fc.array(fc.constantFrom(...oddLines), { maxLength: 2 }),
    isOdd: fc.nat(2).map((number) => number === 0),
    end: rarely('\r\n', '\n', '\r\r\n'),
  })
  .map(({ method, target, version, before, host, framed, odd, isOdd, end }) => {
    const lines = [host, ...framed.lines, ...(isOdd ? odd : [])].map((line) => `${line}\r\n`)
    return `${before}${method} ${target} ${version}${end}${lines.join('')}\r\n${framed.bytes}`
  })

const change = fc.record({
  at: fc.nat(400),
  removed: fc.nat(2),
  added: fc.constantFrom(
    '',
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\t',
    ':',
    ';',
    '\u0000',
    '0',
    'f',
    ',',
    '\u000b',
    '\u0085',
    '\u00a0',
  ),
})

/** A stream of a few requests, and the places where it is cut into pieces. */
export const oddRequests: fc.Arbitrary<{ readonly text: string; readonly cuts: readonly number[] }> =
  fc.record({
    text: fc
      .tuple(
        fc.array(request, { minLength: 1, maxLength: 4 }),
        fc.oneof(
          { arbitrary: fc.constant([]), weight: 2 },
          { arbitrary: fc.array(change, { maxLength: 2 }), weight: 1 },
        ),
      )
      .map(([requests, changes]) => changed(requests.join(''), changes)),
    cuts: fc.array(fc.nat(300), { maxLength: 3 }),
  })

function changed(
  text: string,
  changes: readonly { readonly at: number; readonly removed: number; readonly added: string }[],
): string {
  return changes.reduce(
    (text, { at, removed, added }) => text.slice(0, at) + added + text.slice(at + removed),
    text,
  )
}

/** The pieces of a text. */
export function cutAt(text: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
  return places.slice(1).map((place, index) => text.slice(places[index], place))
}
