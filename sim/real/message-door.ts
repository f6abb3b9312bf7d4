// Where messages from programs on other machines come in. Whatever is no message ends its connection, and nothing else.

import { createServer, type Server, type Socket } from 'node:net'

import { type Addresses, addressText } from './addresses.ts'
import { netError } from './net-errors.ts'
import { enter } from './real-process.ts'
import { plainCopy } from '../data.ts'
import type { Message } from '../env.ts'
import type { NodeId } from '../event.ts'
import { LineSplitter } from '../net/index.ts'
import type { Process } from '../node/index.ts'

/** The port by which addresses of messages are looked up. */
export const messagesPort = 1
/** The longest line of a message, in bytes. */
const lineMax = 16 * 1024 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Takes messages for a program. Rejects with a NetError when the address is taken. */
export async function listenForMessages(
  process: () => Process | null,
  addresses: Addresses,
): Promise<Server> {
  const address = addresses.listenOn(messagesPort)
  const server = createServer((socket) => {
    takeLines(socket, process)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(netError(error, `listen for messages on ${addressText(address)}`, 'EADDRINUSE'))
    })
    server.listen({ ...address }, resolve)
  })
  server.on('error', () => undefined)
  return server
}

function takeLines(socket: Socket, process: () => Process | null): void {
  const peer = new MessagePeer(process)
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    if (!peer.take(bytes)) socket.destroy()
  })
}

/** Who sends messages over one connection: its first line says under which name. */
class MessagePeer {
  readonly #process: () => Process | null
  readonly #splitter = new LineSplitter(lineMax)
  #name: NodeId | null = null

  constructor(process: () => Process | null) {
    this.#process = process
  }

  /** Whether all that is whole with these bytes was what it had to be. */
  take(bytes: Uint8Array): boolean {
    this.#splitter.put(bytes)
    for (;;) {
      const next = this.#splitter.next()
      if (next.kind !== 'line') return next.kind === 'unfinished'
      if (!this.#takeLine(parsed(next.bytes))) return false
    }
  }

  #takeLine(value: unknown): boolean {
    if (this.#name === null) {
      this.#name = sender(value)
      return this.#name !== null
    }
    if (!isMessage(value)) return false
    const running = this.#process()
    return running === null || enterMessage(running, this.#name, value)
  }
}

/** Whether it was a message that a program could have sent: JSON holds numbers and depths that are none. */
function enterMessage(process: Process, source: NodeId, value: Message): boolean {
  let message: Message
  try {
    // What arrives is as frozen as what was sent.
    message = plainCopy(value, `message from ${source}`)
  } catch {
    return false
  }
  receive(process, source, message)
  return true
}

function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(line)) as unknown
  } catch {
    return null
  }
}

function sender(value: unknown): NodeId | null {
  const from = (value as { readonly from?: unknown } | null)?.from
  return typeof from === 'string' && from.length > 0 && from.length <= 255 ? from : null
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof (value as { readonly kind?: unknown }).kind === 'string'
  )
}

/** Gives a message to the handler of its kind. */
export function receive(process: Process, source: NodeId, message: Message): void {
  enter(process, () => {
    const handler = process.handlerOf(message.kind)
    const { machine } = process
    if (handler === undefined) {
      machine.emit('drop', { target: machine.node, why: 'no-handler' })
      return
    }
    machine.emitInput('deliver', 0, { source, message })
    process.call(() => handler(message, source))
  })
}
