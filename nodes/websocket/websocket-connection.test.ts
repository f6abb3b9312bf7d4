import { describe, expect, test } from 'vitest'

import {
  acceptStream,
  type AcceptOptions,
  connectWebSocket,
  encodeFrame,
  type Opcode,
  opcodes,
  type WebSocketConnection,
} from './index.ts'
import { between, type Env, ms, type Program, seconds, toMs } from '../../sim/index.ts'
import { type Cast, real, simulated } from '../../sim/real/testing/both.ts'

/** A server that does something with its first connection, and is still there afterwards. */
function serverOf(
  serve: (socket: WebSocketConnection, env: Env) => Promise<void>,
  options: AcceptOptions = {},
): Program {
  return async (env) => {
    const server = await env.net.listen(7)
    const connection = await server.accept()
    const socket = connection === null ? null : await acceptStream(env, connection, options)
    if (socket !== null) await serve(socket, env)
  }
}

/** A client that does something with its connection, once the server is there. */
function clientOf(use: (socket: WebSocketConnection, env: Env) => Promise<void>, options = {}): Program {
  return async (env) => {
    await env.sleep(ms(50))
    await use(await connectWebSocket(env, { host: 'server', port: 7, ...options }), env)
    env.exit(0)
  }
}

const shownEnd = async (socket: WebSocketConnection): Promise<string> => {
  const { code, reason, isClean } = await socket.closed
  return `${code} "${reason}" ${isClean ? 'clean' : 'not clean'}`
}

describe.each([
  ['in the simulation', simulated],
  ['on real sockets', real],
])('%s', (_, stage) => {
  test('messages go both ways, and both sides learn why it was closed', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(async (socket) => {
        for await (const message of socket)
          await socket.send(message.kind === 'text' ? `${message.text}!` : message.bytes)
        note(`server: ${await shownEnd(socket)}`)
      }),
      client: clientOf(async (socket, env) => {
        await socket.send('hello')
        await socket.send(Uint8Array.of(1, 2))
        for (const message of [await socket.receive(), await socket.receive()])
          note(message === null ? 'nothing' : message.kind === 'text' ? message.text : message.bytes.join())
        await socket.close(4000, 'enough')
        await env.sleep(ms(50))
        note(`client: ${await shownEnd(socket)}`)
      }),
    })
    expect(await stage(cast)).toEqual([
      'hello!',
      '1,2',
      'server: 4000 "enough" clean',
      'client: 4000 "" clean',
    ])
  })

  test('who breaks the protocol is told so', async () => {
    const cast: Cast = (note) => ({
      server: async (env) => {
        const connection = await (await env.net.listen(7)).accept()
        const socket = connection === null ? null : await acceptStream(env, connection)
        if (socket === null || connection === null) return
        // What only a client may send: masked.
        await connection.write(
          encodeFrame({
            opcode: opcodes.text,
            payload: new Uint8Array(3),
            maskingKey: Uint8Array.of(1, 2, 3, 4),
          }),
        )
        note(`server: ${await shownEnd(socket)}`)
      },
      client: clientOf(async (socket, env) => {
        expect(await socket.receive()).toBeNull()
        await env.sleep(ms(50))
        note(`client: ${await shownEnd(socket)}`)
      }),
    })
    const wrong = '1002 "got a masked frame, wanted an unmasked one of a server"'
    expect(await stage(cast)).toEqual([`server: ${wrong} clean`, `client: ${wrong} not clean`])
  })

  test('a server that is not read from feels it, and everything arrives', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(async (socket) => {
        let sent = 0
        const sending = (async () => {
          for (; sent < 200; sent++) await socket.send(new Uint8Array(50_000))
          await socket.send('end')
        })()
        await socket.receive()
        note(`sent before anybody read: ${sent < 150 ? 'a part' : 'too much'}`)
        await sending
        await socket.closed
      }),
      client: clientOf(
        async (socket, env) => {
          await env.sleep(ms(300))
          await socket.send('now')
          let received = 0
          for await (const message of socket) {
            if (message.kind === 'text') break
            received += message.bytes.length
          }
          note(`received ${received}`)
          await socket.close()
        },
        { incomingMax: 200_000 },
      ),
    })
    expect(await stage(cast)).toEqual(['sent before anybody read: a part', 'received 10000000'])
  })
})

describe('in the simulation', () => {
  test('a peer that is silent is asked, and one that does not answer is given up', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(
        async (socket, env) => {
          const began = env.clock.monotonic()
          note(
            `server: ${await shownEnd(socket)} after ${Math.round(toMs(between(began, env.clock.monotonic())))} ms`,
          )
        },
        { keepAlive: { every: seconds(1) } },
      ),
      client: async (env) => {
        await env.sleep(ms(50))
        const connection = await env.net.connect('server', 7)
        await connection.write(
          'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        )
        // One ping is answered, the next are not.
        const answer = encodeFrame({
          opcode: opcodes.pong,
          payload: new Uint8Array(0),
          maskingKey: Uint8Array.of(1, 2, 3, 4),
        })
        await env.sleep(ms(1500))
        await connection.write(answer)
        await env.sleep(seconds(20))
      },
    })
    expect(await simulated(cast)).toEqual(['server: 1006 "the peer does not answer" not clean after 4000 ms'])
  })

  test('a live peer is not given up, however long it says nothing', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(
        async (socket) => {
          for await (const message of socket) note(message.kind)
        },
        { keepAlive: { every: ms(500) } },
      ),
      client: clientOf(async (socket, env) => {
        await env.sleep(seconds(10))
        await socket.send('still here')
        await socket.close()
      }),
    })
    expect(await simulated(cast)).toEqual(['text'])
  })

  test('a message that has begun has to come to its end in time, whatever comes of it', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(
        async (socket, env) => {
          const began = env.clock.monotonic()
          for await (const message of socket) note(message.kind)
          note(
            `${await shownEnd(socket)} after ${Math.round(toMs(between(began, env.clock.monotonic())))} ms`,
          )
        },
        { messageTimeout: seconds(3), closeTimeout: seconds(1) },
      ),
      client: async (env) => {
        await env.sleep(ms(50))
        const connection = await env.net.connect('server', 7)
        await connection.write(
          'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        )
        const frame = (opcode: Opcode, isFinal: boolean): Uint8Array =>
          encodeFrame({
            opcode,
            isFinal,
            payload: new Uint8Array(0),
            maskingKey: Uint8Array.of(0, 0, 0, 0),
          })
        // Two seconds for one message are no matter; of the next only fragments and pings come.
        for (const isFinal of [false, true]) {
          await connection.write(frame(isFinal ? opcodes.continuation : opcodes.text, isFinal))
          await env.sleep(seconds(2))
        }
        await connection.write(frame(opcodes.text, false))
        for (let count = 0; count < 4; count++) {
          await env.sleep(seconds(1))
          await connection.write(frame(opcodes.ping, true))
          await connection.write(frame(opcodes.continuation, false))
        }
      },
    })
    expect(await simulated(cast)).toEqual([
      'text',
      '1008 "a message did not come to its end in time" not clean after 8000 ms',
    ])
  })

  test('closing takes no longer than it may when the peer does not answer', async () => {
    const cast: Cast = (note) => ({
      server: async (env) => {
        const connection = await (await env.net.listen(7)).accept()
        if (connection === null) return
        const socket = await acceptStream(env, connection, { incomingMax: 0 })
        await socket?.closed
      },
      client: clientOf(
        async (socket, env) => {
          const began = env.clock.monotonic()
          await socket.close(1000, 'bye')
          note(
            `${await shownEnd(socket)} after ${Math.round(toMs(between(began, env.clock.monotonic())))} ms`,
          )
        },
        { closeTimeout: seconds(2) },
      ),
    })
    expect(await simulated(cast)).toEqual(['1000 "bye" not clean after 2000 ms'])
  })

  test('of many pings that come at once, the first 64 and the last are answered', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(async (socket) => void (await socket.closed)),
      client: async (env) => {
        await env.sleep(ms(50))
        const connection = await env.net.connect('server', 7)
        const ping = (count: number): Uint8Array =>
          encodeFrame({
            opcode: opcodes.ping,
            payload: Uint8Array.of(count),
            maskingKey: Uint8Array.of(0, 0, 0, 0),
          })
        await connection.write(
          'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        )
        await connection.read()
        await connection.write(Buffer.concat(Array.from({ length: 100 }, (_, count) => ping(count))))
        await env.sleep(seconds(1))
        const bytes = (await connection.read()) ?? new Uint8Array(0)
        // The stream may cut them once: what comes with one piece is answered by 64 and one more.
        note(`${bytes.length / 3 < 80 ? 'few' : bytes.length / 3} pongs, the last to ${bytes.at(-1)}`)
      },
    })
    expect(await simulated(cast)).toEqual(['few pongs, the last to 99'])
  })

  test('a stream on which no request comes is not held for ever', async () => {
    const cast: Cast = (note) => ({
      server: async (env) => {
        const connection = await (await env.net.listen(7)).accept()
        if (connection === null) return
        await acceptStream(env, connection, { timeout: seconds(2) }).catch((error: unknown) =>
          note(String(error)),
        )
      },
      client: async (env) => {
        await env.sleep(ms(50))
        await (await env.net.connect('server', 7)).write('GET / HTTP/1.1\r\n')
        await env.sleep(seconds(5))
      },
    })
    expect(await simulated(cast)).toEqual(['NetError: ETIMEDOUT: client sent no request in time'])
  })

  test('a flood of pings by a peer that does not read is answered by one pong at a time', async () => {
    const cast: Cast = (note) => ({
      server: serverOf(async (socket, env) => {
        await env.sleep(seconds(5))
        note(`waiting: ${socket.unsent < 1000 ? 'little' : socket.unsent}`)
      }),
      client: async (env) => {
        await env.sleep(ms(50))
        const connection = await env.net.connect('server', 7)
        await connection.write(
          'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        )
        const ping = encodeFrame({
          opcode: opcodes.ping,
          payload: new Uint8Array(125),
          maskingKey: Uint8Array.of(1, 2, 3, 4),
        })
        for (let count = 0; count < 3000; count++) await connection.write(ping)
        note('all were taken')
        await env.sleep(seconds(10))
      },
    })
    expect(await simulated(cast)).toEqual(['all were taken', 'waiting: little'])
  })
})
