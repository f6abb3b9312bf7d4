// A balancer that is asked to stop still hears of clients that leave: it does not hold back-ends, nor itself, up for them.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'

import { balanced, portOf } from './testing/balanced.ts'
import { play, rawBackend, readText } from './testing/play.ts'
import { at, ms, seconds } from '../../sim/index.ts'

const get = 'GET / HTTP/1.1\r\nHost: lb\r\n\r\n'
const post = 'POST / HTTP/1.1\r\nHost: lb\r\nContent-Length: 4\r\n\r\nbo'

let answer: () => void = () => undefined

describe('a client that leaves while the balancer drains', () => {
  const stop = { kind: 'stop', node: 'lb', at: at(ms(1200)), for: seconds(100), grace: seconds(15) } as const

  test.each([
    ['breaks off', get, 'reset'],
    ['ends its side', get, 'end'],
    ['breaks off in its body', post, 'reset'],
    ['ends its side with another request waiting', get + get, 'end'],
  ] as const)('%s is not worked for any more', async (_what, said, leave) => {
    const seen: string[] = []
    const { notes } = await play({
      backends: {
        a: rawBackend(async (connection) => {
          seen.push('asked')
          await readText(connection).catch(() => '')
          seen.push('left')
        }),
      },
      parameters: { stopTimeoutMs: 10_000 },
      faults: [stop],
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write(said)
        await env.sleep(ms(400))
        note(seen.join())
        connection[leave]()
        await env.sleep(ms(300))
        note(seen.join())
      },
    })
    expect(notes).toEqual(['asked', 'asked,left'])
  })

  test('gets its answer if it stays', async () => {
    const { notes } = await play({
      backends: {
        a: rawBackend(async (connection, count) => {
          await readText(connection, '\r\n\r\n')
          await new Promise<void>((resolve) => {
            answer = resolve
          })
          await connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${count}`)
        }),
      },
      parameters: { stopTimeoutMs: 10_000 },
      faults: [stop],
      client: async (env, note) => {
        const connection = await env.net.connect('lb', 80)
        await connection.write(get + get)
        await env.sleep(seconds(1))
        answer()
        note(
          ((await readText(connection).catch(String)).match(/HTTP.*|Connection.*/g) ?? [])
            .join()
            .replaceAll('\r', ''),
        )
      },
    })
    expect(notes).toEqual(['HTTP/1.1 200 OK,Connection: close'])
  })

  // Without being heard it would hold it up for ten seconds.
  test('does not hold it up on sockets', { timeout: 8000 }, async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const backends = [`127.0.0.1:${portOf(server.address())}`]
    const balancer = await balanced({ backends, check: 'none', stopTimeoutMs: 60_000 })
    const client = connect(balancer.port, '127.0.0.1')
    client.write(get)
    const [backend] = (await once(server, 'connection')) as [Socket]
    await once(backend, 'data')
    // It is reset.
    const left = once(backend, 'close').catch(String)
    const stopped = balancer.stop()
    setTimeout(() => client.destroy(), 200)
    await stopped
    expect(await left).toContain('ECONNRESET')
    server.close()
  })
})
