// Interim responses through the balancer, on loopback sockets: raw ones, and as node:http sees them.

import { request as nodeRequest } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'

import { balanced, exchanged, portOf } from './testing/balanced.ts'

describe('interim responses', () => {
  const hints = (link: string): string =>
    `HTTP/1.1 103 Early Hints\r\nConnection: x-hop\r\nX-Hop: 1\r\nLink: ${link}\r\n\r\n`

  /** What a client reads until the end, of a back-end that says this to every request. */
  async function told(said: string, asked: string): Promise<string> {
    const backend = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(said))
    })
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    const balancer = await balanced({
      abortOnClose: false,
      backends: [`127.0.0.1:${portOf(backend.address())}`],
    })
    const answer = await exchanged(balancer.port, Buffer.from(asked))
    await balancer.stop()
    backend.close()
    return answer.toString('latin1')
  }

  const ended = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  const asking = (version: string): string => `GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`

  test('come ahead of the response, in their order, without what is of one hop', async () => {
    const got = await told(
      `HTTP/1.1 102 Processing\r\n\r\n${hints('</a>')}${hints('</b>')}${ended}`,
      asking('1.1'),
    )
    expect(got).toMatch(
      /^HTTP\/1.1 102 [^]*HTTP\/1.1 103 [^]*<\/a>[^]*HTTP\/1.1 103 [^]*<\/b>[^]*HTTP\/1.1 200 [^]*ok$/,
    )
    expect(got).not.toMatch(/x-hop/i)
    expect(got.split('Via: 1.1 faultline')).toHaveLength(5)
  })

  test('are not for who speaks HTTP/1.0', async () => {
    const got = await told(`${hints('</a>')}${ended}`, asking('1.0'))
    expect(got).toMatch(/^HTTP\/1.1 200 [^]*ok$/)
    expect(got).not.toContain('</a>')
  })

  test('100 Continue is of one hop', async () => {
    expect(await told(`HTTP/1.1 100 Continue\r\n\r\n${ended}`, asking('1.1'))).toMatch(/^HTTP\/1.1 200 /)
  })

  test('without an end are a bad gateway', async () => {
    expect(await told(hints('</a>').repeat(100), asking('1.1'))).toMatch(/HTTP\/1.1 502 /)
  })

  test('come before a switch of protocols too, and Node sees them', async () => {
    const backend = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.end(
            `${hints('</a>')}HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello`,
          )
        })
    })
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    const balancer = await balanced({ backends: [`127.0.0.1:${portOf(backend.address())}`] })
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
    const seen: unknown[] = []
    await new Promise<void>((resolve, reject) => {
      nodeRequest({ port: balancer.port, host: '127.0.0.1', headers })
        .on('information', ({ statusCode, headers: { link } }) => seen.push([statusCode, link]))
        .on('upgrade', (response, socket, first: Buffer) => {
          seen.push(response.statusCode)
          const pieces = [first]
          socket.on('data', (bytes: Buffer) => pieces.push(bytes))
          socket.on('end', () => {
            seen.push(Buffer.concat(pieces).toString())
            socket.end()
            resolve()
          })
          socket.resume()
        })
        .on('error', reject)
        .end()
    })
    await balancer.stop()
    backend.close()
    expect(seen).toEqual([[103, '</a>'], 101, 'hello'])
  })
})
