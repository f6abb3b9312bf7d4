// Nobody hides a request from the balancer: what back-ends read is what a second reading of the client's bytes finds, or
// the client is refused.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { cutAt, oddRequests } from '../testing/odd-requests.ts'
import { play, rawBackend } from '../testing/play.ts'
import {
  fieldOf,
  membersOf,
  type ReadMessage,
  readRequests,
  readResponses,
} from '../testing/reference-http.ts'
import { type Connection, type Env, ms, NetError } from '../../../sim/index.ts'

const refusals: ReadonlySet<string> = new Set(['400', '408', '413', '414', '417', '431', '501', '505'])
/** Fields that say how a message is read, which each hop says anew. */
const ofTheMessage = ['transfer-encoding', 'content-length', 'host']
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', ...ofTheMessage]

/** What of a request has to be passed on. */
function wantedOf({ start: [method, target], fields, body, trailers }: ReadMessage): readonly unknown[] {
  const [, authority, path] = /^https?:\/\/([^/?]+)(.*)$/.exec(target) ?? []
  const bare = authority !== undefined && path === '' ? (method === 'OPTIONS' ? '*' : '/') : path
  const named = membersOf(fieldOf(fields, 'connection'))
  return [
    method,
    bare === undefined ? target : bare.startsWith('?') ? `/${bare}` : bare,
    authority ?? fieldOf(fields, 'host') ?? 'server:80',
    fields.filter(([name]) => ![...hopByHop, ...named].includes(name.toLowerCase())),
    body,
    trailers.filter(([name]) => ![...hopByHop, 'trailer'].includes(name.toLowerCase())),
  ]
}

/** What of it a back-end has got. */
function gotOf({ start: [method, target], fields, body, trailers }: ReadMessage): readonly unknown[] {
  const told = fields.filter(([name]) => !ofTheMessage.includes(name.toLowerCase()))
  return [method, target, fieldOf(fields, 'host'), told, body, trailers]
}

/** A back-end that reads by the book, and answers each request with its number in the order of all. */
function strict(seen: ReadMessage[]): ReturnType<typeof rawBackend> {
  return rawBackend(async (connection) => {
    let text = ''
    let answered = 0
    for await (const bytes of connection) {
      text += Buffer.from(bytes).toString('latin1')
      for (const message of readRequests(text).messages.slice(answered)) {
        answered++
        const body = `${seen.push(message) - 1}`
        const head = `HTTP/1.1 200 OK\r\nX-Seen: ${body}\r\nContent-Length: ${body.length}\r\n\r\n`
        await connection.write(message.start[0] === 'HEAD' ? head : head + body)
      }
    }
  })
}

async function readAll(connection: Connection): Promise<string> {
  let text = ''
  try {
    for await (const bytes of connection) text += Buffer.from(bytes).toString('latin1')
  } catch (error) {
    if (!(error instanceof NetError)) throw error
  }
  return text
}

/** What comes back of a text in pieces. */
async function sent(env: Env, pieces: readonly string[]): Promise<string> {
  const connection = await env.net.connect('lb', 80)
  env.spawn(async () => {
    try {
      for (const piece of pieces) {
        await connection.write(piece, 'latin1')
        await env.sleep(ms(5))
      }
      connection.end()
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
  })
  return readAll(connection)
}

interface Seen {
  readonly text: string
  readonly answer: string
  /** The place of the first request of this stream among those that the back-end saw. */
  readonly from: number
  readonly until: number
}

function judge({ text, answer, from, until }: Seen, seen: readonly ReadMessage[]): number {
  const wanted = readRequests(text).messages
  const told = seen.slice(from, until)
  expect(told.map(gotOf)).toEqual(wanted.slice(0, told.length).map(wantedOf))
  const methods = told.map(({ start: [method] }) => method)
  // Of what is refused nobody can tell whether it asked for a body.
  const [read, bodyless] = ['GET', 'HEAD'].map((last) => readResponses(answer, [...methods, last], true))
  const { messages, place } = (read?.place === answer.length ? read : bodyless) ?? { messages: [], place: 0 }
  expect(answer.slice(place)).toBe('')
  const finals = messages.filter(({ start: [, status] }) => Number(status) >= 200)
  const numbers = finals.map(({ fields }) => fieldOf(fields, 'x-seen') ?? 'refused')
  const own = told.map((_, index) => String(from + index))
  const last = finals.at(-1)
  if (numbers.at(-1) === 'refused') {
    expect(refusals).toContain(last?.start[1])
    expect(fieldOf(last?.fields ?? [], 'connection')).toBe('close')
    expect(numbers).toEqual([...own, 'refused'])
  } else {
    expect(numbers).toEqual(own)
    expect(told.length).toBe(wanted.length)
  }
  return told.length
}

test('what back-ends read is what the client said, or the client is refused', async () => {
  let [passed, refused] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(oddRequests, { minLength: 1, maxLength: 8 }), async (streams) => {
      const seen: ReadMessage[] = []
      const all: Seen[] = []
      await play({
        backends: { server: strict(seen) },
        parameters: { forwarded: 'none', via: '', idleTimeoutMs: 5000, abortOnClose: false },
        client: async (env) => {
          for (const { text, cuts } of streams) {
            const from = seen.length
            const answer = await sent(env, cutAt(text, cuts))
            all.push({ text, answer, from, until: seen.length })
            // Whoever comes next, on a connection that may have been used before, is answered as if nothing had been.
            const next = `GET /next HTTP/1.1\r\nHost: lb\r\nConnection: close\r\n\r\n`
            const at = seen.length
            all.push({ text: next, answer: await sent(env, [next]), from: at, until: seen.length })
          }
        },
        length: 1000,
      })
      expect(all.length).toBe(2 * streams.length)
      for (const each of all) {
        const count = judge(each, seen)
        if (count > 1) passed++
        if (count < readRequests(each.text).messages.length + 1 && /^HTTP\/1.1 [45]/m.test(each.answer))
          refused++
      }
    }),
    { numRuns: 40 },
  )
  expect(Math.min(passed, refused)).toBeGreaterThan(5)
})

test.each([
  ['OPTIONS http://other HTTP/1.1\r\nHost: lb\r\n\r\n', '*', 'other'],
  ['GET http://other:8?q HTTP/1.1\r\nHost: lb\r\n\r\n', '/?q', 'other:8'],
  ['GET http://[::1]/a HTTP/1.1\r\nHost: lb\r\n\r\n', '/a', '[::1]'],
  ['GET http://u:p@other/ HTTP/1.1\r\nHost: lb\r\n\r\n', '400', ''],
  ['GET http://a"b/ HTTP/1.1\r\nHost: lb\r\n\r\n', '400', ''],
  ['GET ftp://other/ HTTP/1.1\r\nHost: lb\r\n\r\n', '400', ''],
])('%j arrives as %s of %j', async (text, target, host) => {
  const seen: ReadMessage[] = []
  const { notes } = await play({
    backends: { server: strict(seen) },
    client: async (env, note) => note((await sent(env, [text])).slice(9, 12)),
  })
  expect(notes).toEqual([target === '400' ? '400' : '200'])
  const told = seen.map(({ start, fields }) => [start[1], fieldOf(fields, 'host')])
  expect(told).toEqual(target === '400' ? [] : [[target, host]])
})
