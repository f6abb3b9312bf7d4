// A back-end that ends a connection just as another request leaves on it (RFC 9112, section 9.3.1): nobody is told of it who may
// ask twice, and nobody thinks ill of the back-end.

import { describe, expect, test } from 'vitest'

import { play, rawBackend, telling } from '../testing/play.ts'
import { type Connection, type DataRecord, type Env, ms, type Program, seconds } from '../../../sim/index.ts'
import { HttpClient, type HttpClientRequest } from '../../http/index.ts'

/** What a back-end does with a request. */
type Act = (connection: Connection, env: Env) => Promise<void> | void

const answer: Act = (connection) => connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
const reset: Act = (connection) => {
  connection.reset()
}

/** Does with the requests of its first connection what `acts` say, and answers all others; tells what came as `CONNECTION TEXT`. */
function acting(seen: string[], acts: readonly (readonly Act[])[]): Program {
  return async (env) => {
    await rawBackend(async (connection, number) => {
      for (let request = 0; ; request++) {
        const text = await readRequest(connection)
        if (text === null) return
        seen.push(`${number} ${text}`)
        await (acts[number - 1]?.[request] ?? answer)(connection, env)
      }
    })(env)
  }
}

/** The method and body of a request; a body ends with a full stop. */
async function readRequest(connection: Connection): Promise<string | null> {
  let text = ''
  for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read()) {
    text += new TextDecoder('latin1').decode(bytes)
    const [head = '', body] = text.split('\r\n\r\n')
    const isWhole = body !== undefined && (!head.includes('Content-Length') || body.endsWith('.'))
    if (isWhole) return `${head.split(' ', 1)[0]}${body === '' ? '' : ` ${body}`}`
  }
  return null
}

interface Told {
  readonly answers: readonly string[]
  readonly seen: readonly string[]
  /** Attempts that were taken for failures of the back-end. */
  readonly failed: number
  readonly probes: readonly string[]
}

/** What becomes of requests, one after the other. */
async function toldOf(
  acts: readonly (readonly Act[])[],
  requests: readonly Partial<HttpClientRequest>[],
  parameters: DataRecord = {},
): Promise<Told> {
  const seen: string[] = []
  const { notes, probes } = await play({
    backends: { a: acting(seen, acts) },
    parameters: { adminPort: 81, adminHost: '0.0.0.0', ...parameters },
    client: async (env, note) => {
      const client = new HttpClient(env, { retriesMax: 0, redirectsMax: 0 })
      for (const request of requests) {
        const response = await client.request({ url: 'http://lb/', ...request })
        note(`${response.status} ${(await response.text()).trim()}`)
      }
      note(await (await client.request({ url: 'http://lb:81/backends' })).text())
    },
  })
  const [counted] = JSON.parse(notes.at(-1) ?? '') as readonly { readonly failed: number }[]
  return { answers: notes.slice(0, -1), seen, failed: counted?.failed ?? -1, probes: probes.slice(1) }
}

const put = { method: 'PUT', body: 'abc.' }
const post = { method: 'POST', body: 'abc.' }
const bad = '502 502 Bad Gateway'

describe('a request that got no byte of answer on a connection that was used before', () => {
  test.each<readonly [string, Act]>([
    ['reset', reset],
    ['ended', (connection) => connection.end()],
  ])('is sent again when that was %s', async (_how, end) => {
    const { answers, seen, failed, probes } = await toldOf([[answer, end]], [{}, {}])
    expect(answers).toEqual(['200 ok', '200 ok'])
    expect(seen).toEqual(['1 GET', '1 GET', '2 GET'])
    expect([failed, probes]).toEqual([0, []])
  })

  test('is sent again with its body, without a retry, as there is no other attempt', async () => {
    const none = { retriesMax: 0, retryRatio: 0, retriesPerSecondMin: 0 }
    const { answers, seen, failed } = await toldOf([[answer, reset]], [{}, put], none)
    expect(answers).toEqual(['200 ok', '200 ok'])
    expect(seen).toEqual(['1 GET', '1 PUT abc.', '2 PUT abc.'])
    expect(failed).toBe(0)
  })

  test('is not when it may not be carried out twice, and that is no failure of the back-end', async () => {
    const { answers, seen, failed, probes } = await toldOf([[answer, reset]], [{}, post, post])
    expect(answers).toEqual(['200 ok', bad, '200 ok'])
    expect(seen).toEqual(['1 GET', '1 POST abc.', '2 POST abc.'])
    expect(failed).toBe(0)
    expect(probes).toEqual(['lb.lost {"backend":"a","why":"stale","target":"/"}'])
  })

  test('is not when not all of its body is kept', async () => {
    const { answers, failed } = await toldOf([[answer, reset]], [{}, put], { retryBufferMax: 3 })
    expect([answers, failed]).toEqual([['200 ok', bad], 0])
  })

  test('is sent again once: the next break is a failure', async () => {
    const { answers, seen, failed } = await toldOf([[answer, reset], [reset]], [{}, {}])
    expect([answers, seen.length, failed]).toEqual([['200 ok', bad], 3, 1])
  })

  test('is not when the back-end had it for so long that it was at work on it', async () => {
    const slow: Act = async (connection, env) => {
      await env.sleep(seconds(3))
      connection.reset()
    }
    const { answers, failed } = await toldOf([[answer, slow]], [{}, {}], { connectTimeoutMs: 2000 })
    expect([answers, failed]).toEqual([['200 ok', bad], 1])
  })

  test('finds a back-end that is down gone, and goes to another one', async () => {
    const once: Program = async (env) => {
      const server = await env.net.listen(80)
      const connection = await server.accept()
      if (connection === null) return
      for (const act of [answer, reset]) {
        await readRequest(connection)
        server.close()
        await act(connection, env)
      }
    }
    const { notes, probes } = await play({
      backends: { a: once, b: telling },
      parameters: { balance: 'round-robin', outlierFailures: 1 },
      client: async (env, note) => {
        const client = new HttpClient(env)
        for (let time = 0; time < 3; time++) {
          note(await (await client.request({ url: 'http://lb/' })).text())
          await env.sleep(ms(10))
        }
      },
    })
    expect(notes).toEqual(['ok', 'b GET / 0', 'b GET / 0'])
    expect(probes.slice(1)).toEqual(['lb.backend {"name":"a","state":"ejected","why":"failures"}'])
  })
})

describe('a request that broke is a failure of the back-end', () => {
  test('on a connection of its own', async () => {
    const { answers, seen, failed } = await toldOf([[reset]], [{}])
    expect([answers, seen.length, failed]).toEqual([[bad], 1, 1])
  })

  test('after the first byte of an answer', async () => {
    const half: Act = async (connection) => {
      await connection.write('HTTP/1.1 102 Processing\r\n\r\n')
      connection.end()
    }
    const { answers, seen, failed } = await toldOf([[answer, half]], [{}, {}])
    expect([answers, seen.length, failed]).toEqual([['200 ok', bad], 2, 1])
  })

  test('when no answer came in time', async () => {
    const silent: Act = async (_connection, env) => env.sleep(seconds(10))
    const { answers, seen, failed } = await toldOf([[answer, silent]], [{}, {}], { responseTimeoutMs: 500 })
    expect([answers, seen.length, failed]).toEqual([['200 ok', '504 504 Gateway Timeout'], 2, 1])
  })
})
