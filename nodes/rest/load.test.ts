// A bounded load on the loopback: every one of many at once gets the answers to what it asked, over one connection, up to the end.

import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

import { restDemo, restPort } from './index.ts'
import { served } from '../../sim/real/testing/served.ts'

const clients = 40
const lengthMs = 1500
const stock = 1_000_000
/** Requests in a second, of all together: far below what the slowest machine does. */
const rateMin = 10

interface Answer {
  readonly status: number
  readonly location: string
  readonly body: string
}

/** Somebody who asks one thing after the other, and keeps the connection. */
class Caller {
  readonly sockets = new Set<Socket>()
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  async ask(method: string, path: string, value?: unknown, key?: string): Promise<Answer> {
    const headers = {
      ...(value === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': `"${key}"` }),
    }
    const asked = request({ host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, headers })
    asked.on('socket', (socket) => void this.sockets.add(socket))
    asked.end(value === undefined ? undefined : JSON.stringify(value))
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const { statusCode: status = 0, headers: told } = response
    return { status, location: told.location ?? '', body: await text(response) }
  }
}

/** One item made, read, and ordered twice under one key: four requests, each of whose answers names what was asked. */
async function visit(caller: Caller, name: string): Promise<number> {
  const made = await caller.ask('POST', '/items', { name, stock })
  expect([made.status, JSON.parse(made.body)]).toEqual([201, expect.objectContaining({ name, stock })])
  const { id } = JSON.parse(made.body) as { readonly id: number }
  const order = { item: id, quantity: 3, reference: name }
  const first = await caller.ask('POST', '/orders', order, name)
  expect([first.status, JSON.parse(first.body)]).toEqual([201, expect.objectContaining(order)])
  expect(await caller.ask('POST', '/orders', order, name)).toEqual(first)
  const read = await caller.ask('GET', `/items/${id}`)
  expect([read.status, JSON.parse(read.body)]).toEqual([200, { id, name, stock: stock - 3, version: 2 }])
  return 4
}

test(`${clients} clients at once get their own answers, ${rateMin} in a second at least, and an orderly end`, async () => {
  const server = await served(restDemo, { port: restPort, parameters: { inMemory: true } })
  const callers = Array.from({ length: clients }, () => new Caller(server.port))
  const since = performance.now()
  const counts = await Promise.all(
    callers.map(async (caller, index) => {
      let count = 0
      while (performance.now() < since + lengthMs) count += await visit(caller, `${index} ${count}`)
      return count
    }),
  )
  const rate = (counts.reduce((one, other) => one + other, 0) * 1000) / (performance.now() - since)
  console.log(
    `nodes/rest on loopback: ${Math.round(rate)} requests answered in a second, ${clients} connections`,
  )
  expect(rate).toBeGreaterThan(rateMin)
  const sockets = callers.flatMap((caller) => [...caller.sockets])
  expect([sockets.length, sockets.filter(({ closed }) => closed).length]).toEqual([clients, 0])
  // Rejects where one is reset.
  const closed = Promise.all(sockets.map((socket) => once(socket, 'close')))
  await server.stop()
  await closed
})
