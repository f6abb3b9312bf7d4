// Whatever bytes come to a chat that is served, it answers in its protocol or closes, soon, and serves others.

import { Buffer } from 'node:buffer'
import { once } from 'node:events'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { anything, cut, cuts, mutated, mutation, noise, valid } from './testing/anything.ts'
import { type ChatServer, Person, servedChat } from './testing/chat-server.ts'
import { exchange } from '../../sim/real/testing/exchange.ts'

let server: ChatServer
beforeAll(async () => {
  server = await servedChat({ limits: { commandsPerSecond: 1_000_000 } })
})
afterAll(() => server.stop())

let times = 0
async function stillServes(): Promise<void> {
  // Whoever had the name before may not be known to have gone.
  const time = ++times
  const person = new Person(server.port).type(`/nick one-${time}`, '/join after', `hello ${time}`)
  expect(await person.hears(new RegExp(`hello ${time}$`))).toBe(`[after ${time}] one-${time}: hello ${time}`)
  const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}/socket`)
  await once(socket, 'open')
  const heard: string[] = []
  const welcome = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString())
      resolve()
    })
  })
  socket.send(JSON.stringify({ kind: 'hello', nick: `other-${time}` }))
  await welcome
  expect(heard[0]).toContain('welcome')
  socket.terminate()
  person.type('/quit')
  await once(person.socket, 'close')
}

const deep = Buffer.from(`{"kind":${'['.repeat(8000)}${']'.repeat(8000)}}\n`)

test('over lines answers in lines whatever comes, and goes on', async () => {
  const check = async (pieces: readonly Uint8Array[]): Promise<string> => {
    const said = (await exchange(server.port, pieces)).toString()
    for (const line of said.split(/\n/)) expect(line).toMatch(/^(?:[*![].*|\{.*\}|)\r?$/su)
    return said
  }
  expect(await check([deep])).toContain('"bad-command"')
  await fc.assert(
    fc.asyncProperty(anything, cuts, async (bytes, places) => void (await check(cut(bytes, places)))),
    { numRuns: 150 },
  )
  await stillServes()
}, 60_000)

test('on its other port answers with HTTP whatever comes, and goes on', async () => {
  const heads = fc
    .constantFrom('', 'GET / HTTP/1.1\r\nHost: a\r\n', 'GET /socket HTTP/1.1\r\n')
    .map((each) => Buffer.from(each))
  await fc.assert(
    fc.asyncProperty(heads, anything, cuts, async (head, bytes, places) => {
      const said = await exchange(server.webPort, cut(Buffer.concat([head, bytes]), places))
      expect(said.toString('latin1')).toMatch(/^(?:HTTP\/1\.1 \d{3} |$)/)
    }),
    { numRuns: 150 },
  )
  await stillServes()
}, 60_000)

test('over WebSocket ends in order whatever is in the frames, or instead of them, and goes on', async () => {
  const frames = fc.oneof(valid.map(frameOf), fc.constant(frameOf(deep.toString())), noise)
  const stream = fc.array(frames, { minLength: 1, maxLength: 5 }).map((all) => Buffer.concat(all))
  const mutations = fc.array(mutation, { maxLength: 2 })
  let answered = 0
  await fc.assert(
    fc.asyncProperty(stream, mutations, cuts, async (bytes, changes, places) => {
      const sent = Buffer.concat([upgrade, mutated(bytes, changes)])
      const said = (await exchange(server.webPort, cut(sent, places))).toString('latin1')
      expect(said).toMatch(/^HTTP\/1\.1 101 /)
      if (said.includes('bad-command')) answered++
    }),
    { numRuns: 150 },
  )
  expect(answered).toBeGreaterThan(0)
  await stillServes()
}, 60_000)

const upgrade = Buffer.from(
  [
    'GET /socket HTTP/1.1',
    'Host: a',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n'),
)

/** A message in one frame, masked with zeros (RFC 6455, section 5.2). */
function frameOf(content: string): Buffer {
  const payload = Buffer.from(content)
  const isLong = payload.length > 125
  const head = Buffer.alloc(isLong ? 8 : 6)
  head[0] = 0x81
  head[1] = 0x80 | (isLong ? 126 : payload.length)
  if (isLong) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
