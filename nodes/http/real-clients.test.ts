// Clients that others wrote against our server, and our client against a server that others wrote, on real sockets.

import { execFile } from 'node:child_process'
import {
  createServer,
  get as nodeGet,
  Agent,
  type IncomingMessage,
  request as nodeRequest,
  type Server,
} from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { HttpClient, httpDemo, httpPort } from './index.ts'
import { type Env, RealNode } from '../../sim/index.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { type Served, served } from '../../sim/real/testing/served.ts'

const execute = promisify(execFile)
const curl = findProgram('curl')
const wrk = findProgram('wrk')

let server: Served
let url: string

beforeAll(async () => {
  server = await served(httpDemo, { port: httpPort })
  url = `http://127.0.0.1:${server.port}`
})

afterAll(() => server.stop())

describe.skipIf(curl === null)('curl', () => {
  const run = async (...options: readonly string[]): Promise<string> =>
    (await execute(curl ?? '', ['--silent', '--show-error', '--max-time', '10', ...options])).stdout

  test('uses one connection for several requests', async () => {
    const told = await run(
      '--write-out',
      '%{http_code} %{num_connects}\n',
      `${url}/status/201`,
      `${url}/status/202`,
    )
    expect(told.match(/20[12] [01]\n/g)).toEqual(['201 1\n', '202 0\n'])
  })

  test('uploads in chunks, and waits for 100 Continue before a long body', async () => {
    const body = 'x'.repeat(2_000_000)
    const upload = execute(
      curl ?? '',
      ['-sS', '-v', '--data-binary', '@-', '-H', 'Expect: 100-continue', `${url}/body`],
      {
        maxBuffer: 1e8,
      },
    )
    upload.child.stdin?.end(body)
    const { stdout, stderr } = await upload
    expect(stdout).toBe(body)
    expect(stderr).toContain('100 Continue')
    const echoed = await run('-H', 'Transfer-Encoding: chunked', '-d', 'chunked', `${url}/echo`)
    expect(echoed).toMatch(/Transfer-Encoding: chunked[^]*\n\nchunked$/)
  })

  test('asks for heads, streams, redirects, and statuses without bodies', async () => {
    expect(await run('--head', `${url}/bytes/1000`)).toMatch(
      /^HTTP\/1.1 200 OK\r\n[^]*Content-Length: 1000\r\n/,
    )
    expect(await run(`${url}/stream/2`)).toBe('line 1\nline 2\n')
    expect(
      await run(
        '--location',
        '--write-out',
        '%{num_redirects}',
        '--output',
        '/dev/null',
        `${url}/redirect/3`,
      ),
    ).toBe('3')
    for (const status of [204, 205, 304])
      expect(await run('--write-out', '%{http_code}', `${url}/status/${status}`)).toBe(String(status))
    expect(await run('--http1.0', '--write-out', '%{http_code}', `${url}/bytes/3`)).toBe('...200')
  })
})

test('what can only be read is refused to other methods, with those that there are', async () => {
  const answers = await Promise.all(
    ['DELETE', 'OPTIONS', 'HEAD'].map(async (method) => fetch(`${url}/bytes/3`, { method })),
  )
  expect(answers.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
    [405, 'GET, HEAD, OPTIONS'],
    [200, 'GET, HEAD, OPTIONS'],
    [200, null],
  ])
})

describe("Node's own clients", () => {
  test('fetch', async () => {
    const text = await fetch(`${url}/echo`, { method: 'POST', body: 'fetched', headers: { 'x-a': 'b' } })
    expect(await text.text()).toMatch(/^POST \/echo HTTP\/1.1\n[^]*x-a: b\n[^]*\n\nfetched$/)
    const many = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await fetch(`${url}/bytes/${index}`)).text()),
    )
    expect(many.map(({ length }) => length)).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect((await fetch(`${url}/redirect/2`)).url).toBe(`${url}/`)
    expect((await fetch(`${url}/nowhere`)).status).toBe(404)
  })

  test('fetch with a streamed body both ways', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const text of ['a', 'b', 'c']) controller.enqueue(new TextEncoder().encode(text))
        controller.close()
      },
    })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect(await (await fetch(`${url}/body`, init)).text()).toBe('abc')
  })

  test('node:http with a kept connection, trailers and 100 Continue', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const first = await answerOf(nodeGet(`${url}/status/200`, { agent }))
    const second = nodeRequest(`${url}/echo`, {
      agent,
      method: 'POST',
      headers: { expect: '100-continue', trailer: 'sum', 'transfer-encoding': 'chunked' },
    })
    second.on('continue', () => {
      second.addTrailers({ sum: '3' })
      second.end('abc')
    })
    second.flushHeaders()
    const answer = await answerOf(second)
    agent.destroy()
    expect(first).toBe('200 OK\n')
    expect(answer).toMatch(/\n\nabc\nsum: 3$/)
    expect(second.reusedSocket).toBe(true)
  })

  test('a raw socket that pipelines', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const count = 500
    socket.write('GET /status/200 HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count - 1))
    socket.write('GET /status/200 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    let text = ''
    for await (const bytes of socket) text += String(bytes)
    expect(text.match(/HTTP\/1.1 200/g)).toHaveLength(count)
  })
})

test.skipIf(wrk === null)(
  'wrk gets nothing but answers, and many of them',
  async () => {
    const { stdout } = await execute(wrk ?? '', ['-d', '1', '-c', '32', '-t', '1', `${url}/status/200`])
    console.info(
      `wrk: ${/Requests\/sec: *([0-9.]+)/.exec(stdout)?.[1] ?? '?'} requests a second over 32 connections`,
    )
    expect(stdout).not.toMatch(/Non-2xx|Socket errors/)
    expect(Number(/([0-9]+) requests in/.exec(stdout)?.[1])).toBeGreaterThan(50)
  },
  20_000,
)

function answerOf(request: ReturnType<typeof nodeGet>): Promise<string> {
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response: IncomingMessage) => {
      const read = async (): Promise<string> => {
        let text = ''
        for await (const bytes of response) text += String(bytes)
        return text
      }
      read().then(resolve, reject)
    })
  })
}

describe("our client against Node's server", () => {
  let theirs: Server
  let theirUrl: string

  beforeAll(async () => {
    theirs = createServer((request, response) => {
      if (request.url === '/redirect') response.writeHead(307, { location: '/' }).end()
      else if (request.url === '/big') response.end(Buffer.alloc(3_000_000, 'b'))
      else if (request.url === '/trailers') {
        response.writeHead(200, { trailer: 'sum' })
        response.write('a')
        response.addTrailers({ sum: '1' })
        response.end('b')
      } else {
        response.writeHead(200, { 'x-method': request.method ?? '' })
        request.pipe(response)
      }
    })
    await new Promise<void>((resolve) => theirs.listen(0, '127.0.0.1', resolve))
    const address = theirs.address()
    theirUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })

  afterAll(() => new Promise((resolve) => theirs.close(resolve)))

  test('bodies both ways, redirects, trailers, kept connections', async () => {
    const found = await asReal(async (client) => {
      const echoed = await client.request({ url: theirUrl, method: 'POST', body: 'text' })
      const streamed = await client.request({ url: `${theirUrl}/redirect`, method: 'PUT', body: 'again' })
      return [
        await echoed.text(),
        await streamed.text(),
        (await (await client.request({ url: `${theirUrl}/big` })).bytes()).length,
        (await client.request({ url: theirUrl, method: 'HEAD' })).headers.get('x-method'),
        await textAndTrailer(client, `${theirUrl}/trailers`),
        await (
          await client.request({ url: theirUrl, method: 'POST', body: lines(), expectsContinue: true })
        ).text(),
        client.connections,
      ]
    })
    expect(found).toEqual(['text', 'again', 3_000_000, 'HEAD', 'ab 1', 'one\ntwo\n', 2])
  })
})

async function* lines(): AsyncGenerator<Uint8Array> {
  for (const line of ['one\n', 'two\n']) yield new TextEncoder().encode(line)
}

async function textAndTrailer(client: HttpClient, from: string): Promise<string> {
  const response = await client.request({ url: from })
  const text = await response.text()
  return `${text} ${response.trailers.get('sum')}`
}

/** Runs a client as a program on this machine. */
async function asReal<T>(script: (client: HttpClient, env: Env) => Promise<T>): Promise<T | null> {
  let result: T | null = null
  const node = new RealNode({
    name: 'client',
    program: async (env) => {
      const client = new HttpClient(env)
      result = await script(client, env)
      client.close()
      env.exit()
    },
  })
  await node.start()
  const { code, error } = await node.ended
  if (code !== 0) throw new Error(error)
  return result
}
