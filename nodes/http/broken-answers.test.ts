import { connect } from 'node:net'

import { describe, expect, test } from 'vitest'

import { Fields, httpDemo, httpPort } from './index.ts'
import { get, host, plain, server } from './testing/answering.ts'
import { played } from './testing/raw.ts'
import { seconds } from '../../sim/index.ts'
import { served } from '../../sim/real/testing/served.ts'

const chunked = `POST /echo HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`

async function* failing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode('abc'))
  throw new Error('no more')
}

/** What a server says to text, up to its end: `!ECONNRESET` where that is none in order. */
async function rest(text: string, options: Parameters<typeof server>[0] = {}): Promise<string> {
  const [notes = ''] = await played(server(options), async ({ open, note }) => {
    const peer = await open()
    await peer.send(text)
    note(await peer.rest())
  })
  return notes
}

describe('an answer that breaks off when it has begun', () => {
  test('ends in order where the client can tell that something is missing', async () => {
    const said = await rest(`${chunked}3\r\nabc\r\nnone\r\n`)
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n3\r\nabc\r\n$/)
    const handler = () => ({ status: 200, headers: plain, body: failing() })
    expect(await rest(get('/'), { handler })).toMatch(/\r\n\r\n3\r\nabc\r\n$/)
    const short = new Fields([['Content-Length', '5']])
    const told = () => ({ status: 200, headers: short, body: failing() })
    expect(await rest(get('/'), { handler: told })).toMatch(/Content-Length: 5\r\n\r\nabc$/)
  })

  test('is reset where its end would look like that of the whole', async () => {
    const handler = () => ({ status: 200, headers: plain, body: failing() })
    expect(await rest('GET / HTTP/1.0\r\n\r\n', { handler })).toMatch(/!ECONNRESET$/)
  })

  test('is reset where the client sends on without end', async () => {
    const [said] = await played(server(), async ({ env, open, note }) => {
      const peer = await open()
      await peer.send(`${chunked}3\r\nabc\r\nnone\r\n`)
      for (let sent = 0; sent < 100; sent++)
        try {
          await peer.send('x'.repeat(64 * 1024))
          await env.sleep(seconds(0.001))
        } catch (error) {
          note(`reset after ${sent > 10 && sent < 40 ? 'about 1 MiB' : sent}: ${String(error)}`)
          return
        }
    })
    expect(said).toMatch(/^reset after about 1 MiB: NetError: ECONNRESET/)
  })
})

test('a client that waits for its request to be given up gets the end of the last answer in order', async () => {
  const handler = ({ signal }: { readonly signal: AbortSignal }) => ({
    status: 200,
    headers: plain,
    body: String(signal.aborted),
  })
  expect(await rest(get('/', 'Connection: close\r\n'), { handler })).toMatch(/false$/)
})

test('on real sockets a body that breaks off loses nothing of what was answered before', async () => {
  const node = await served(httpDemo, { port: httpPort })
  const heard = await new Promise<string>((resolve, reject) => {
    const socket = connect(node.port, '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => (text += bytes.toString('latin1')))
    socket.on('error', reject)
    socket.on('end', () => {
      resolve(text)
      socket.end()
    })
    socket.write(
      `POST /body HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnone\r\n${'x'.repeat(100_000)}`,
    )
  })
  await node.stop()
  expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n3\r\nabc\r\n$/)
})
