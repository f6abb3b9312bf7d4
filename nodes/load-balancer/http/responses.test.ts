// What a client gets is what a second reading of the back-end's bytes finds, without what was about one hop; or it is told that
// there was no answer. And each request gets its own.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { cutAt } from '../testing/odd-requests.ts'
import { oddResponse, type OddResponse } from '../testing/odd-responses.ts'
import { play, rawBackend } from '../testing/play.ts'
import {
  fieldOf,
  membersOf,
  type ReadMessage,
  readRequests,
  readResponses,
} from '../testing/reference-http.ts'
import { type Connection, type Env, ms, NetError } from '../../../sim/index.ts'

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'upgrade',
  'transfer-encoding',
]
/** The server says when it answered, if nobody did; lengths are compared where there is no body. */
const ofTheServer = ['date', 'content-length', 'transfer-encoding', 'connection']

interface Exchange {
  readonly method: string
  readonly response: OddResponse
}

/** A back-end that answers the requests that it gets one after the other. */
function saying(responses: readonly OddResponse[]): ReturnType<typeof rawBackend> {
  let next = 0
  return rawBackend(async (connection) => {
    let text = ''
    let answered = 0
    for await (const bytes of connection) {
      text += Buffer.from(bytes).toString('latin1')
      if (readRequests(text).messages.length === answered) continue
      answered++
      const response = responses[next++]
      if (response === undefined) return
      for (const piece of cutAt(response.text, response.cuts)) await connection.write(piece, 'latin1')
      if (response.ends) connection.end()
    }
  })
}

/** A client's connection, opened again where it was ended. */
class Asker {
  readonly #env: Env
  #connection: Connection | null = null

  constructor(env: Env) {
    this.#env = env
  }

  /** What comes back, up to the end of a final response, or of the connection. */
  async ask(method: string): Promise<{ readonly text: string; readonly isEnded: boolean }> {
    const connection = (this.#connection ??= await this.#env.net.connect('lb', 80))
    await connection.write(`${method} / HTTP/1.1\r\nHost: lb\r\n\r\n`)
    let text = ''
    for (;;) {
      const bytes = await connection.read().catch((error: unknown) => {
        if (error instanceof NetError) return null
        throw error
      })
      if (bytes === null) {
        this.#connection = null
        connection.end()
        return { text, isEnded: true }
      }
      text += Buffer.from(bytes).toString('latin1')
      if (finalOf(readResponses(text, [method], false).messages) !== undefined)
        return { text, isEnded: false }
    }
  }
}

function finalOf(messages: readonly ReadMessage[]): ReadMessage | undefined {
  return messages.find(({ start: [, status] }) => Number(status) >= 200)
}

function interimsOf(messages: readonly ReadMessage[]): readonly ReadMessage[] {
  return messages.filter(({ start: [, status] }) => Number(status) < 200 && status !== '100')
}

/** What of a message has to be passed on. */
function wantedOf({ start: [, status, reason], fields, body, trailers }: ReadMessage): readonly unknown[] {
  const named = membersOf(fieldOf(fields, 'connection')).filter((name) => name !== 'content-length')
  const kept = fields.filter(
    ([name]) => ![...hopByHop, ...named, ...ofTheServer].includes(name.toLowerCase()),
  )
  const told = trailers.filter(([name]) => ![...hopByHop, 'content-length'].includes(name.toLowerCase()))
  return [status, reason, kept, body, told]
}

/** What of it has come. */
function gotOf({ start: [, status, reason], fields, body, trailers }: ReadMessage): readonly unknown[] {
  return [
    status,
    reason,
    fields.filter(([name]) => !ofTheServer.includes(name.toLowerCase())),
    body,
    trailers,
  ]
}

/** Whether it was passed on; throws where it was, and changed. */
function judge(
  { method, response }: Exchange,
  { text, isEnded }: { readonly text: string; readonly isEnded: boolean },
): boolean {
  const given = readResponses(response.text, [method], response.ends).messages
  const wanted = finalOf(given)
  const read = readResponses(text, [method], false)
  const got = finalOf(read.messages)
  if (got === undefined) {
    // It broke off: only what cannot be passed on may.
    expect([isEnded, wanted]).toEqual([true, undefined])
    return false
  }
  expect(text.slice(read.place)).toBe('')
  if (['502', '504'].includes(got.start[1])) {
    expect(wanted).toBeUndefined()
    return false
  }
  if (wanted === undefined) throw new Error('an answer that nobody gave')
  expect(gotOf(got)).toEqual(wantedOf(wanted))
  expect(interimsOf(read.messages).map(gotOf)).toEqual(interimsOf(given).map(wantedOf))
  if (wanted.start[1] !== '204' && (method === 'HEAD' || wanted.start[1] === '304'))
    expect(fieldOf(got.fields, 'content-length')).toBe(fieldOf(wanted.fields, 'content-length'))
  return true
}

test('what a client gets is what the back-end said, or nothing of it', async () => {
  let [passed, broken] = [0, 0]
  const exchange = fc.record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'PUT'),
    response: oddResponse,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 10 }), async (exchanges) => {
      const told: Awaited<ReturnType<Asker['ask']>>[] = []
      await play({
        backends: { server: saying(exchanges.map(({ response }) => response)) },
        parameters: { via: '', idleTimeoutMs: 2000, responseTimeoutMs: 500, retriesMax: 0, outliers: false },
        client: async (env) => {
          const asker = new Asker(env)
          for (const { method } of exchanges) {
            told.push(await asker.ask(method))
            await env.sleep(ms(20))
          }
        },
        length: 200,
      })
      expect(told).toHaveLength(exchanges.length)
      for (const [place, exchange] of exchanges.entries()) {
        const answer = told[place]
        if (answer === undefined) throw new Error('no answer')
        if (judge(exchange, answer)) passed++
        else broken++
      }
    }),
    { numRuns: 40 },
  )
  expect(Math.min(passed, broken)).toBeGreaterThan(10)
})

test.each([
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
  ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
])('a body that is coded for one hop is not passed on as it is: %j', async (text) => {
  const { notes } = await play({
    backends: { server: saying([{ text, ends: true, cuts: [] }]) },
    client: async (env, note) => note((await new Asker(env).ask('GET')).text.slice(9, 12)),
  })
  expect(notes).toEqual(['502'])
})
