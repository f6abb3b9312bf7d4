// A bounded load on the loopback, through a balancer of HTTP and one of TCP: every one of many at once gets its own answers.

import { once } from 'node:events'
import { Agent, createServer as createHttpServer, type IncomingMessage, request } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterEach, expect, test } from 'vitest'

import { balanced, portOf } from './testing/balanced.ts'
import type { Served } from '../../sim/real/testing/served.ts'

const clients = 40
const lengthMs = 1500
/** Answers in a second, of all together: far below what the slowest machine does. */
const rateMin = 10

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop()
})

/** Three back-ends that listen, and a balancer before them. */
async function before(servers: readonly Server[], mode: 'http' | 'tcp'): Promise<Served> {
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    running.push(async () => {
      const closed = once(server, 'close')
      server.close()
      await closed
    })
  }
  const backends = servers.map((server) => `127.0.0.1:${portOf(server.address())}`)
  const balancer = await balanced({ backends, mode, checkEveryMs: 50 })
  running.push(() => balancer.stop())
  return balancer
}

/** Lets all ask until the time is over; answers in a second. */
async function rateOf(what: string, ask: (index: number, count: number) => Promise<void>): Promise<number> {
  const since = performance.now()
  const counts = await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      let count = 0
      while (performance.now() < since + lengthMs) await ask(index, count++)
      return count
    }),
  )
  const rate = (counts.reduce((one, other) => one + other, 0) * 1000) / (performance.now() - since)
  console.log(`nodes/load-balancer on loopback: ${Math.round(rate)} ${what} in a second, ${clients} clients`)
  return rate
}

/** What one says; some are longer than any buffer. */
function saying(index: number, count: number): string {
  const words = `${count} of ${index}. `
  return count % 20 === 19 ? words.repeat(20_000) : words
}

test(`HTTP: ${clients} clients get what they posted, ${rateMin} in a second at least, from all back-ends`, async () => {
  const asked = [0, 0, 0]
  const servers = asked.map((_, place) =>
    createHttpServer((incoming, outgoing) => {
      asked[place] = (asked[place] ?? 0) + 1
      outgoing.setHeader('X-Path', incoming.url ?? '')
      incoming.pipe(outgoing)
    }),
  )
  const balancer = await before(servers, 'http')
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const rate = await rateOf('requests answered', async (index, count) => {
    const path = `/${index}/${count}`
    const [host, agent] = ['127.0.0.1', agents[index]]
    const outgoing = request({ host, port: balancer.port, ...(agent && { agent }), method: 'POST', path })
    outgoing.end(saying(index, count))
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect([response.statusCode, response.headers['x-path']]).toEqual([200, path])
    expect(await text(response)).toBe(saying(index, count))
  })
  for (const agent of agents) agent.destroy()
  expect(rate).toBeGreaterThan(rateMin)
  const total = asked.reduce((one, other) => one + other, 0)
  for (const count of asked) expect(count).toBeGreaterThan(total / 10)
})

test(`TCP: ${clients} clients hear what they said to its end, ${rateMin} in a second at least, from all back-ends`, async () => {
  const asked = [0, 0, 0]
  const servers = asked.map((_, place) =>
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => void (asked[place] = (asked[place] ?? 0) + 1))
      socket.pipe(socket)
    }),
  )
  const balancer = await before(servers, 'tcp')
  const sockets = new Set<Socket>()
  const rate = await rateOf('conversations', async (index, count) => {
    const socket = connect({ host: '127.0.0.1', port: balancer.port, allowHalfOpen: true })
    sockets.add(socket)
    socket.end(saying(index, count))
    expect(await text(socket)).toBe(saying(index, count))
    sockets.delete(socket)
  })
  expect([rate > rateMin, sockets.size]).toEqual([true, 0])
  const total = asked.reduce((one, other) => one + other, 0)
  for (const count of asked) expect(count).toBeGreaterThan(total / 10)
})
