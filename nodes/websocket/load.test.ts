// A bounded load on the loopback: every one of many at once hears what it said, in its order, and every connection ends in order.

import { once } from 'node:events'

import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'

import type { Closure } from './index.ts'
import { servedEcho } from './testing/echo.ts'

const clients = 40
const lengthMs = 1500
/** Messages of one client that are under way at once. */
const lanes = 8
/** Messages in a second, of all together: far below what the slowest machine does. */
const rateMin = 100

/** Says things as fast as they come back; the number of those that did. */
async function talk(port: number, index: number): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
    perMessageDeflate: index % 2 === 0 ? { threshold: 0 } : false,
  })
  await once(socket, 'open')
  const end = performance.now() + lengthMs
  let [said, heard] = [0, 0]
  const say = (): void => {
    socket.send(messageOf(index, said++), { binary: said % 2 === 0 })
  }
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => {
      reject(new Error('closed before everything came back'))
    })
    socket.on('message', (data: Buffer, isBinary) => {
      const wanted = messageOf(index, heard++)
      if (String(data) !== wanted || isBinary !== (heard % 2 === 0))
        reject(new Error(`got ${String(data).slice(0, 40)}, wanted ${wanted.slice(0, 40)}`))
      if (performance.now() < end) say()
      else if (heard === said) resolve()
    })
  })
  for (let lane = 0; lane < lanes; lane++) say()
  await done
  const closed = once(socket, 'close')
  socket.close(1000, `client ${index}`)
  expect(String(await closed)).toBe('1000,')
  return heard
}

/** Some are longer than a frame of 16 bits says. */
function messageOf(index: number, count: number): string {
  const words = `message ${count} of ${index}. `
  return count % 50 === 49 ? words.repeat(4000) : words
}

test(`${clients} clients at once hear their own messages, ${rateMin} in a second at least, and close in order`, async () => {
  const closures: Closure[] = []
  const server = await servedEcho({ compression: {} }, (closure) => void closures.push(closure))
  const since = performance.now()
  const counts = await Promise.all(Array.from({ length: clients }, (_, index) => talk(server.port, index)))
  const rate = (counts.reduce((one, other) => one + other, 0) * 1000) / (performance.now() - since)
  console.log(
    `nodes/websocket on loopback: ${Math.round(rate)} messages came back in a second, ${clients} connections, ${lanes} at once on each`,
  )
  expect(rate).toBeGreaterThan(rateMin)
  await vi.waitUntil(() => closures.length === clients, { timeout: 10_000 })
  const told = closures.map(({ code, reason, isClean }) => `${code} ${reason} ${isClean}`)
  expect(new Set(told)).toEqual(
    new Set(Array.from({ length: clients }, (_, index) => `1000 client ${index} true`)),
  )
  await server.stop()
})
