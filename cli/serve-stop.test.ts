// How long a served node takes from SIGTERM to its end: those who say nothing do not hold it, those who are being answered do.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { type Serving, serving } from './testing/serving.ts'
import { Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

/** A client that does not end its side when the server does, and perhaps has asked something and heard the answer. */
async function idle(port: number, asks: string | null): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  if (asks === null) return socket
  socket.write(asks)
  await once(socket, 'data')
  return socket
}

async function stopped(node: Serving): Promise<number> {
  const asked = performance.now()
  node.signal('SIGTERM')
  expect(await node.ended()).toBe(0)
  return performance.now() - asked
}

/** On a machine that does other things as well; without the cut a second and more. */
const soonMs = 900

const upgrade = [
  'GET /socket HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]

describe.each([
  ['http', 80, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', []],
  ['redis', 6379, 'PING\r\n', ['--set', 'save=']],
  ['chat', 7000, '/nick ann\n', ['--listen', '7080=127.0.0.1:0']],
  ['chat', 7080, `${upgrade.join('\r\n')}\r\n\r\n`, ['--listen', '7080=127.0.0.1:0']],
] as const)('serve %s on its port %i', (component, port, asks, settings) => {
  test('ends at once where nobody or only who says nothing is connected', async () => {
    for (const clients of [[], [null, asks, asks]]) {
      const node = await serving(place, component, '--port', '0', ...settings)
      const own = await node.portOf(port)
      const sockets = await Promise.all(clients.map((each) => idle(own, each)))
      expect(await stopped(node)).toBeLessThan(soonMs)
      for (const socket of sockets) socket.destroy()
    }
  })
})

test('serve http answers what was asked, and not for longer than it is told to drain', async () => {
  for (const [delayMs, drainTimeout, wanted] of [
    [1000, 5, /^HTTP\/1\.1 200 OK[^]*Connection: close[^]*after 1000 ms\n$/],
    [30_000, 0.5, /^$/],
  ] as const) {
    const node = await serving(place, 'http', '--port', '0', '--set', `drainTimeout=${drainTimeout}`)
    const socket = await idle(await node.portOf(80), null)
    let heard = ''
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
    })
    socket.write(`GET /delay/${delayMs} HTTP/1.1\r\nHost: a\r\n\r\n`)
    // One that is given up is reset, which `once` would take for its own failure.
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await stopped(node)).toBeLessThan(3000)
    socket.end()
    await closed
    expect(heard).toMatch(wanted)
  }
})

test('serve redis does not wait for who waits for it', async () => {
  const node = await serving(place, 'redis', '--port', '0', '--set', 'save=')
  const socket = await idle(await node.portOf(6379), 'PING\r\n')
  socket.write('BLPOP nothing 0\r\n')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await stopped(node)).toBeLessThan(soonMs)
  socket.destroy()
})
