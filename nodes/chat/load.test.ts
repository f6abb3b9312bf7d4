// A bounded load on the loopback: everybody hears everything, in one order, and what is acknowledged is there.

import { once } from 'node:events'

import { expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { Person, servedChat } from './testing/chat-server.ts'

const people = 20
const messagesOfEach = 50

test(`${people} people who say ${messagesOfEach} things each hear all of it in one order`, async () => {
  const server = await servedChat({ limits: { commandsPerSecond: 1_000_000 } })
  const heard = Array.from({ length: people }, (): string[] => [])
  const done = heard.map((own, index) =>
    index % 2 === 0 ? overLines(server.port, own, index) : overWeb(server.webPort, own, index),
  )
  await Promise.all(done)
  const [first = []] = heard
  expect(first.length).toBe(people * messagesOfEach)
  expect(new Set(first).size).toBe(first.length)
  for (const own of heard) expect(own).toEqual(first)
  await server.stop()
})

const hello = (index: number): string => JSON.stringify({ kind: 'hello', nick: `p${index}` })
const join = JSON.stringify({ kind: 'join', room: 'lobby', after: 0 })
const say = (index: number, count: number): string =>
  JSON.stringify({
    kind: 'say',
    room: 'lobby',
    id: `${index}-${count}`,
    text: `message ${count} of ${index}`,
  })

/** Takes an event; true once all were heard, and all of one's own acknowledged. */
function listener(own: string[]): (text: string) => boolean {
  let stored = 0
  return (text) => {
    const event = JSON.parse(text) as { readonly kind: string; readonly seq: number; readonly id: string }
    if (event.kind === 'message') own.push(`${event.seq} ${event.id}`)
    if (event.kind === 'stored') stored++
    return own.length === people * messagesOfEach && stored === messagesOfEach
  }
}

async function overLines(port: number, own: string[], index: number): Promise<void> {
  const person = new Person(port).type(hello(index), join)
  for (let count = 0; count < messagesOfEach; count++) person.type(say(index, count))
  const take = listener(own)
  while (!take(await person.hears(/^\{/)));
  person.socket.destroy()
}

async function overWeb(port: number, own: string[], index: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`)
  await once(socket, 'open')
  const take = listener(own)
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (take(data.toString())) resolve()
    })
  })
  for (const text of [hello(index), join]) socket.send(text)
  for (let count = 0; count < messagesOfEach; count++) socket.send(say(index, count))
  await all
  socket.terminate()
}
