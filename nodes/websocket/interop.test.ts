// npm's ws as client of our server and as server of our client, with and without compression.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { acceptStream, type Closure, type Compression, connectWebSocket, HandshakeError } from './index.ts'
import { onRealSockets, servedEcho } from './testing/echo.ts'
import { randomBytes } from './testing/random-bytes.ts'
import { ms, NetError, type Program, seconds } from '../../sim/index.ts'
import { served, type Served } from '../../sim/real/testing/served.ts'

const compressions: readonly (readonly [string, Compression | null])[] = [
  ['without compression', null],
  ['with compression', { sizeMin: 0 }],
  [
    'with compression, each message for itself',
    { sizeMin: 0, isServerContextless: true, isClientContextless: true },
  ],
]
const large = 'größer '.repeat(400_000)
const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, place) => (place * place) >> 3))
const messages: readonly (string | Buffer)[] = [
  '',
  'Hello',
  '☃'.repeat(100),
  Buffer.alloc(0),
  bytes,
  large,
  bytes,
  'x'.repeat(125),
  'x'.repeat(126),
  'x'.repeat(65_536),
]

describe.each(compressions)('ws as client, %s', (_, compression) => {
  const closures: Closure[] = []
  let server: Served

  beforeAll(async () => {
    server = await servedEcho({ compression, protocols: ['echo'] }, (closure) => void closures.push(closure))
  })
  afterAll(() => server.stop())

  const open = async (options: WebSocket.ClientOptions = {}): Promise<WebSocket> => {
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, ['other', 'echo'], {
      perMessageDeflate: compression !== null,
      ...options,
    })
    await once(client, 'open')
    return client
  }

  test('everything that is sent comes back', async () => {
    const client = await open()
    expect([client.protocol, client.extensions !== '']).toEqual(['echo', compression !== null])
    const back: (string | Buffer)[] = []
    const done = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer, isBinary) => {
        back.push(isBinary ? data : data.toString())
        if (back.length === messages.length) resolve()
      })
    })
    for (const message of messages) client.send(message)
    await done
    expect(back.map((each) => (typeof each === 'string' ? each : each.toString('hex')))).toEqual(
      messages.map((each) => (typeof each === 'string' ? each : each.toString('hex'))),
    )
    client.close(3001, 'bye')
    expect(await once(client, 'close')).toEqual([3001, Buffer.from('')])
    expect(closures.at(-1)).toEqual({ code: 3001, reason: 'bye', isClean: true })
  })

  test('fragments with pings between come back as one message, and pings are answered', async () => {
    const client = await open()
    const pongs: string[] = []
    client.on('pong', (data) => void pongs.push(data.toString()))
    const back = once(client, 'message')
    client.send('one ', { fin: false })
    client.ping('1')
    client.send('two ', { fin: false })
    client.send('three', { fin: true })
    expect(String((await back)[0])).toBe('one two three')
    if (pongs.length === 0) await once(client, 'pong')
    expect(pongs).toEqual(['1'])
    client.terminate()
  })
})

/** What permessage-deflate can be asked for: windows from 2^9 to 2^15 bytes, kept from message to message or not. */
const contexts = [
  { serverNoContextTakeover: false, clientNoContextTakeover: false },
  { serverNoContextTakeover: true, clientNoContextTakeover: false },
  { serverNoContextTakeover: false, clientNoContextTakeover: true },
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
] as const
const windows = [9, 11, 15] as const
const asked = contexts.flatMap((context) =>
  windows.flatMap((serverMaxWindowBits) =>
    windows.map((clientMaxWindowBits) => ({
      ...context,
      serverMaxWindowBits,
      clientMaxWindowBits,
      threshold: 0,
    })),
  ),
)
/** Each is found in the window of the one before, if there is one that is large enough. */
const repeated: readonly (string | Buffer)[] = [
  bytes.subarray(0, 20_000),
  'größer '.repeat(99),
  'x',
  bytes.subarray(0, 20_000),
  '',
]

describe('permessage-deflate with all its options', () => {
  test('there are as many ways as somebody counted', () => {
    console.log(`${asked.length} ways to ask for permessage-deflate, each with ws as client and as server`)
    expect(asked.length).toBe(36)
  })

  test.each(asked)('ws as client of our server, which is asked for %o', async (perMessageDeflate) => {
    const server = await servedEcho({ compression: { sizeMin: 0 } })
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate })
    // Both come in one turn.
    const [upgrade] = await Promise.all([once(client, 'upgrade'), once(client, 'open')])
    const [{ headers }] = upgrade as [IncomingMessage]
    const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits } = perMessageDeflate
    const agreed = new Set(headers['sec-websocket-extensions']?.split('; '))
    expect(agreed.has('permessage-deflate')).toBe(true)
    expect(agreed.has('server_no_context_takeover')).toBe(serverNoContextTakeover)
    expect(agreed.has('client_no_context_takeover')).toBe(clientNoContextTakeover)
    expect(agreed.has(`server_max_window_bits=${serverMaxWindowBits}`)).toBe(true)
    for (const message of repeated) {
      const back = once(client, 'message')
      client.send(message)
      expect(String((await back)[0])).toBe(String(message))
    }
    client.terminate()
    await server.stop()
  })

  test.each(asked)('ws as server of our client, which is told %o', async (perMessageDeflate) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate })
    let agreed = ''
    server.on('connection', (socket) => {
      agreed = socket.extensions
      socket.on('message', (data, isBinary) => {
        socket.send(data, { binary: isBinary })
      })
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await onRealSockets(async (env) => {
      const { serverNoContextTakeover, clientNoContextTakeover } = perMessageDeflate
      const compression = {
        sizeMin: 0,
        isServerContextless: serverNoContextTakeover,
        isClientContextless: clientNoContextTakeover,
      }
      const socket = await connectWebSocket(env, { host: '127.0.0.1', port, compression })
      for (const message of repeated) {
        await socket.send(message)
        const answer = await socket.receive()
        expect(answer?.kind === 'text' ? answer.text : String(Buffer.from(answer?.bytes ?? []))).toBe(
          String(message),
        )
      }
      await socket.close()
    })
    expect(agreed).toContain('permessage-deflate')
    server.close()
  })
})

describe.each(compressions)('ws as server, %s', (_, compression) => {
  let server: WebSocketServer
  let port = 0

  beforeAll(async () => {
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      perMessageDeflate: compression === null ? false : { threshold: 0 },
    })
    server.on('connection', (socket, request) => {
      socket.on('message', (data, isBinary) => {
        socket.send(data, { binary: isBinary })
      })
      if (request.url === '/leave') socket.close(4000, 'go away')
      if (request.url === '/vanish') socket.terminate()
    })
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(() => {
    server.close()
  })

  test.each([undefined, 1000])(
    'everything that is sent comes back, in frames of %s bytes',
    async (fragmentSize) => {
      const [back, closure] = await onRealSockets(async (env) => {
        const socket = await connectWebSocket(env, {
          host: '127.0.0.1',
          port,
          compression,
          ...(fragmentSize === undefined ? {} : { fragmentSize }),
        })
        const heard: string[] = []
        for (const message of messages) {
          await socket.send(message)
          const answer = await socket.receive()
          if (answer !== null)
            heard.push(answer.kind === 'text' ? answer.text : Buffer.from(answer.bytes).toString('hex'))
        }
        return [heard, await socket.close(3002, 'done')] as const
      })
      expect(back).toEqual(messages.map((each) => (typeof each === 'string' ? each : each.toString('hex'))))
      expect(closure).toEqual({ code: 3002, reason: 'done', isClean: true })
    },
  )

  test('a server that closes or vanishes is told from each other', async () => {
    const ends = await onRealSockets(async (env) => {
      const closures: Closure[] = []
      for (const path of ['/leave', '/vanish']) {
        const socket = await connectWebSocket(env, { host: '127.0.0.1', port, path })
        expect(await socket.receive()).toBeNull()
        closures.push(await socket.closed)
        await expect(socket.send('late')).rejects.toThrow('EPIPE')
      }
      return closures
    })
    expect(ends).toEqual([
      { code: 4000, reason: 'go away', isClean: true },
      { code: 1006, reason: expect.any(String), isClean: false },
    ])
  })
})

test('a client tells what is wrong with an answer that opens nothing, and does not wait for ever', async () => {
  const answers = new Map<string, string>([
    ['/404', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    [
      '/key',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
    ],
    ['/junk', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['/bare', 'HTTP/1.1 101 X\nUpgrade: websocket\n\n'],
    ['/long', `HTTP/1.1 101 X\r\n${'a: b\r\n'.repeat(4000)}`],
  ])
  const server = await served(
    async (env) => {
      for await (const connection of await env.net.listen(7))
        env.spawn(async () => {
          try {
            const asked = Buffer.from((await connection.read()) ?? []).toString()
            await connection.write(answers.get(/^GET (\S+)/.exec(asked)?.[1] ?? '') ?? '')
          } catch (error) {
            if (!(error instanceof NetError)) throw error
          }
        })
    },
    { port: 7 },
  )
  const problems = await onRealSockets(async (env) => {
    const told: string[] = []
    for (const path of [...answers.keys(), '/silence'])
      try {
        await connectWebSocket(env, {
          host: '127.0.0.1',
          port: server.port,
          path,
          timeout: path === '/silence' ? ms(100) : seconds(5),
        })
      } catch (error) {
        told.push(`${error instanceof HandshakeError ? `${error.status}: ` : ''}${(error as Error).message}`)
      }
    return told
  })
  expect(problems.map((problem) => problem.replace('WebSocket handshake: ', ''))).toEqual([
    '404: got the status 404, wanted 101',
    '101: got another Sec-WebSocket-Accept, wanted that of the key',
    'null: bad-start-line: got the protocol "SSH-", wanted HTTP/1.1',
    'null: bad-line-end: got LF without CR, wanted CR LF',
    'null: fields-too-large: got more than 100 fields, wanted at most 16384 bytes and 100 fields',
    expect.stringContaining('ETIMEDOUT'),
  ])
  await server.stop()
})

describe('large compressed messages', () => {
  const answerSizes: Program = async (env) => {
    for await (const connection of await env.net.listen(7))
      env.spawn(async () => {
        const socket = await acceptStream(env, connection, { compression: {} })
        for await (const message of socket ?? [])
          await socket?.send(`${message.kind === 'text' ? message.text : message.bytes.length}`)
      })
  }

  test('16 MiB that nothing can be made of are taken', async () => {
    const server = await served(answerSizes, { port: 7 })
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: { threshold: 0 } })
    await once(client, 'open')
    const back = once(client, 'message')
    client.send(randomBytes(16 * 1024 * 1024))
    expect(String((await back)[0])).toBe('16777216')
    client.terminate()
    await server.stop()
  })

  test('whoever asks while one is inflated does not wait for it', async () => {
    const server = await served(answerSizes, { port: 7 })
    const [large, small] = ['large', 'small'].map(
      () => new WebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: { threshold: 0 } }),
    )
    if (large === undefined || small === undefined) throw new Error('there are two')
    await Promise.all([once(large, 'open'), once(small, 'open')])
    const heard: string[] = []
    for (const client of [large, small])
      client.on('message', (data: Buffer) => {
        heard.push(data.toString())
        // The server has begun with what came before it.
        if (client === large) small.terminate()
        else if (heard.length < 20) small.send(`${heard.length}`)
      })
    // 16 KiB, which become 16 MiB; the socket of the other is asked when this one was written.
    large.send(Buffer.alloc(16 * 1024 * 1024), () => {
      small.send('0')
    })
    await once(large, 'message')
    // How many it hears meanwhile says how fast the machine is; by a server that does all at once, none.
    expect(heard.length).toBeGreaterThan(1)
    large.terminate()
    await server.stop()
  })
})

test('random messages, compressed by one side and inflated by the other', async () => {
  const server = await servedEcho({ compression: { sizeMin: 0 } })
  const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: { threshold: 0 } })
  await once(client, 'open')
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 1, max: 300 }),
      async (piece, times) => {
        const message = Buffer.concat(Array.from({ length: times }, () => piece))
        const back = once(client, 'message')
        client.send(message)
        expect(((await back)[0] as Buffer).equals(message)).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
  client.terminate()
  await server.stop()
})
