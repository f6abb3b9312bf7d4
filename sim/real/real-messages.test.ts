// What anybody may send to the door for messages: it ends that connection, and nothing else. And what becomes of messages that
// do not get through.

import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

import { expect, test } from 'vitest'

import { freePort } from './testing/both.ts'
import { messagesPort, RealNode, type RealNodeOptions } from './index.ts'
import type { Message, Program } from '../env.ts'
import type { Event } from '../event.ts'

const host = '127.0.0.1'

/** A node that takes messages of kind `a` on a free port, and the next of them. */
async function receiver() {
  const place = { host, port: await freePort() }
  const got: Message[] = []
  let take = (_message: Message): void => undefined
  const first = new Promise<Message>((resolve) => {
    take = resolve
  })
  const program: Program = (env) => {
    env.messages.on('a', (message) => {
      got.push(message)
      take(message)
    })
  }
  const node = new RealNode({ name: 'a', program, listen: new Map([[messagesPort, place]]) })
  await node.start()
  return { node, place, got, first }
}

test.each([
  ['a number that is none', '{"from":"x"}\n{"kind":"a","n":1e999}\n'],
  ['more depth than a message has', `{"from":"x"}\n{"kind":"a","n":${'['.repeat(500)}${']'.repeat(500)}}\n`],
  ['no sender', '{"kind":"a"}\n'],
  ['no JSON', '{"from":"x"}\nnonsense\n'],
  ['no message', '{"from":"x"}\n[1]\nnull\n'],
  ['no UTF-8', Buffer.from('{"from":"x"}\n{"kind":"a","n":"\xff"}\n', 'latin1')],
  ['a line without an end', Buffer.alloc(16 * 1024 * 1024 + 2, 'x')],
])('%s ends its connection and not the node', async (_name, text) => {
  const { node, place, got, first } = await receiver()
  const bad = connect(place.port, place.host)
  bad.on('error', () => undefined)
  bad.write(text)
  await once(bad, 'close')
  const good = connect(place.port, place.host)
  good.write('{"from":"y"}\n{"kind":"a","__proto__":{"b":1}}\n')
  await first
  good.destroy()
  await node.stop()
  // A name that has a meaning for JavaScript is a name like others.
  expect(JSON.stringify(got)).toBe('[{"kind":"a","__proto__":{"b":1}}]')
})

test('messages are read whichever way their bytes are split', async () => {
  const { node, place, first } = await receiver()
  const socket = connect({ ...place, noDelay: true })
  for (const byte of Buffer.from('{"from":"y"}\n{"kind":"a","text":"grün"}\n')) {
    await new Promise((resolve) => socket.write(Uint8Array.of(byte), resolve))
  }
  expect(await first).toEqual({ kind: 'a', text: 'grün' })
  socket.destroy()
  await node.stop()
})

/** Runs a program until its log has so many lines of messages that were sent or lost; these lines. */
async function logOf(lines: number, options: Omit<RealNodeOptions, 'name' | 'onEvent'>): Promise<string> {
  const told: string[] = []
  const enough = new EventEmitter()
  const onEvent = (event: Event): void => {
    if (event.kind === 'send') told.push(`sent to ${event.target}`)
    if (event.kind === 'drop') told.push(`lost to ${event.target}: ${event.why}`)
    if (told.length === lines) enough.emit('lines')
  }
  const node = new RealNode({ name: 'sender', ...options, onEvent })
  await Promise.all([once(enough, 'lines'), node.start()])
  await node.stop()
  return told.join(', ')
}

/** Sends so many messages of a size to one node at once. */
function sending(target: string, count: number, size: number): Program {
  return (env) => {
    const text = 'x'.repeat(size)
    for (let number = 0; number < count; number++) env.messages.send(target, { kind: 'a', number, text })
  }
}

test('messages that wait for a connection that is refused are lost, and the log says so of each', async () => {
  const peers = new Map([['nobody', { host, port: await freePort() }]])
  const lost = 'lost to nobody: node-down'
  expect(await logOf(6, { peers, program: sending('nobody', 3, 1) })).toBe(
    `sent to nobody, sent to nobody, sent to nobody, ${lost}, ${lost}, ${lost}`,
  )
  const stranger = 'sent to stranger, lost to stranger: no-such-node'
  expect(await logOf(2, { program: sending('stranger', 1, 1) })).toBe(stranger)
})

test('messages that wait for a peer that takes nothing are lost when it goes, and the log says so of those', async () => {
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined)
    setTimeout(() => socket.resetAndDestroy(), 50)
  })
  server.listen(0, host)
  await once(server, 'listening')
  const peers = new Map([['deaf', { host, port: (server.address() as AddressInfo).port }]])
  // More than the system takes, and less than what may wait here: the last of them has not left when the peer goes.
  const told = await logOf(4, { peers, program: sending('deaf', 3, 5_000_000) })
  expect(told).toContain('lost to deaf: node-down')
  server.close()
})

test('what a program has sent before it ends itself arrives', async () => {
  const { node, place, first } = await receiver()
  const end: Program = (env) => {
    env.messages.send('a', { kind: 'a', text: 'last words' })
    env.exit(0)
  }
  const sender = new RealNode({ name: 'sender', program: end, peers: new Map([['a', place]]) })
  await sender.start()
  await sender.ended
  expect(await first).toEqual({ kind: 'a', text: 'last words' })
  await node.stop()
})
