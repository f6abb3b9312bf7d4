// Whatever comes, a codec says what is wrong by its own error and holds no more than its limits, and a server answers or
// ends the connection.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HttpError } from './http-error.ts'
import { Fields, serveHttp } from './index.ts'
import type { HttpEvent, MessageHead } from './parser.ts'
import { requestParser } from './request-parser.ts'
import { responseParser } from './response-parser.ts'
import { chunkBytes, lastChunkBytes, requestHeadBytes, responseHeadBytes } from './serializer.ts'
import { played } from './testing/raw.ts'
import { cut, joined } from '../../sim/net/testing/pieces.ts'

const valid = [
  'GET /a?b=c HTTP/1.1\r\nHost: server\r\nAccept: */*\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 5\r\n\r\nhello',
  'PUT /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n5;x="y"\r\nhello\r\n0\r\nSum: 1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: server\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nrest',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
].map((text) => Buffer.from(text, 'latin1'))

const interesting = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  ':',
  ';',
  '"',
  '\t',
  'chunked',
  'Content-Length: 9',
  'ffffffff',
  '\r\n\r\n',
].map((text) => Buffer.from(text, 'latin1'))

/** Valid messages with pieces cut out, put in, and overwritten. */
const mutated = fc
  .record({
    base: fc
      .array(fc.constantFrom(...valid), { minLength: 1, maxLength: 4 })
      .map((all) => Buffer.concat(all)),
    edits: fc.array(
      fc.record({
        at: fc.nat(1000),
        cut: fc.nat(6),
        put: fc.oneof(fc.constantFrom(...interesting), fc.uint8Array({ maxLength: 4 })),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ base, edits }) =>
    edits.reduce((bytes, { at, cut: gone, put }) => {
      const place = at % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + gone)])
    }, base),
  )
const inputs = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated)
const places = fc.array(fc.nat(400), { maxLength: 10 })

const limits = { headerBytesMax: 200, targetMax: 50, chunkLineMax: 40, trailerBytesMax: 100, bodyMax: 1000 }

function eventsOf(
  make: typeof requestParser | typeof responseParser,
  pieces: readonly Uint8Array[],
): readonly HttpEvent<MessageHead>[] {
  const parser = make({ limits })
  return [...pieces.flatMap((piece) => [...parser.push(piece)]), ...parser.end()]
}

/** What events say, whatever pieces bodies came in. */
function meaning(events: readonly HttpEvent<MessageHead>[]): readonly string[] {
  const said: string[] = []
  let body = ''
  for (const event of events) {
    if (event.kind === 'body') body += Buffer.from(event.bytes).toString('latin1')
    else if (event.kind === 'error') said.push(`error ${event.error.code}`)
    else if (event.kind === 'switch') said.push('switch')
    else if (event.kind === 'end') {
      said.push(`end ${body} ${JSON.stringify([...event.trailers])}`)
      body = ''
    } else said.push(`head ${JSON.stringify({ ...event.head, headers: [...event.head.headers] })}`)
  }
  return said
}

describe.each([
  ['requests', requestParser],
  ['responses', responseParser],
] as const)('a parser of %s', (_, make) => {
  test('never throws, and says the same however the bytes are cut', () => {
    fc.assert(
      fc.property(inputs, places, (bytes, cuts) => {
        const whole = eventsOf(make, [bytes])
        for (const event of whole) if (event.kind === 'error') expect(event.error).toBeInstanceOf(HttpError)
        expect(meaning(eventsOf(make, cut(bytes, cuts)))).toEqual(meaning(whole))
      }),
      { numRuns: 1000 },
    )
  })

  test('takes no more of an endless message than its limits', () => {
    const endless = [
      'A: b\r\n',
      'x',
      ' ',
      '\r\n',
      'HTTP/1.1 200 ',
      'GET /',
      'Transfer-Encoding: chunked\r\n\r\n',
      '1;',
      '0',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.nat(80),
        fc.constantFrom(...endless),
        (start, length, piece) => {
          const parser = make({ limits })
          const text = Buffer.from(piece.repeat(100), 'latin1')
          let events: readonly HttpEvent<MessageHead>[] = parser.push(start.subarray(0, length))
          for (let round = 0; round < 40 && !isOver(events); round++) events = parser.push(text)
          // An empty line before a message, a body until the end and messages one after the other may go on for ever: nothing of them is kept.
          expect(isOver(events) || parser.isIdle || events.length > 0).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})

function isOver(events: readonly HttpEvent<MessageHead>[]): boolean {
  return events.some(({ kind }) => kind === 'error' || kind === 'switch')
}

describe('what is written', () => {
  const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/).map((name) => `X-${name}`)
  const values = fc.stringMatching(/^[!-~\u00a0-\u00ff]([ -~\u00a0-\u00ff]{0,20}[!-~\u00a0-\u00ff])?$/)
  const fields = fc.array(fc.tuple(names, values), { maxLength: 5 })

  test('is read as what it was, chunks and trailers included', () => {
    fc.assert(
      fc.property(
        fields,
        fields,
        fc.array(fc.uint8Array({ maxLength: 50 })),
        places,
        (header, trailers, pieces, cuts) => {
          const headers = new Fields([...header, ['Transfer-Encoding', 'chunked']])
          const bytes = joined([
            requestHeadBytes('POST', '/a', headers),
            ...pieces.map(chunkBytes),
            lastChunkBytes(new Fields(trailers)),
          ])
          const parser = requestParser()
          const [head, ...rest] = cut(bytes, cuts).flatMap((piece) => [...parser.push(piece)])
          expect(head).toMatchObject({ kind: 'head', head: { method: 'POST', target: '/a' } })
          if (head?.kind === 'head') expect([...head.head.headers]).toEqual([...headers])
          const end = rest.at(-1)
          expect(end?.kind === 'end' ? [...end.trailers] : end).toEqual(trailers)
          expect(joined(rest.flatMap((event) => (event.kind === 'body' ? [event.bytes] : [])))).toEqual(
            joined(pieces),
          )
        },
      ),
    )
  })

  test('never holds a line that was not meant to be one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        try {
          const parser = responseParser(undefined, () => true)
          const [head, end, ...more] = parser.push(responseHeadBytes(200, 'OK', new Fields([[name, value]])))
          expect([head?.kind, end?.kind, more]).toEqual(['head', 'end', []])
          if (head?.kind === 'head') expect([...head.head.headers].length).toBe(1)
        } catch (error) {
          if (!/HttpWriteError/.test(String(error))) throw error
        }
      }),
    )
  })
})

test('a server answers whatever comes with a whole response or an end', async () => {
  const samples = fc.sample(inputs, { numRuns: 300, seed: 7 })
  const notes = await played(
    async (env) => {
      await serveHttp(env, {
        port: 80,
        handler: async ({ body }) => {
          for await (const bytes of body) void bytes
          return { status: 200, headers: new Fields(), body: 'fine' }
        },
      })
    },
    async ({ open, note }) => {
      for (const bytes of samples) {
        const peer = await open()
        await peer.connection.write(bytes)
        peer.end()
        const text = await peer.rest()
        if (
          !/^(?:HTTP\/1.1 (?:100 Continue\r\n\r\n|\d{3} [^]*?\r\n\r\n(?:fine|\d{3} [^\n]*\n)))*$/.test(text)
        )
          note(JSON.stringify([String(bytes), text]))
      }
    },
  )
  expect(notes).toEqual(['done'])
})
