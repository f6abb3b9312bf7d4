// Messages between programs on real machines: JSON lines over TCP, one connection from each sender to each receiver. As in
// the simulation they arrive at most once; what cannot be sent is lost, with an event that says so. Whoever can reach the
// port can send messages under any name: it belongs on a network of its own.

import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'

import { type Addresses, addressText } from './addresses.ts'
import { netError } from './net-errors.ts'
import { enter } from './real-process.ts'
import { plainCopy } from '../data.ts'
import type { Message, MessageHandler, Messages } from '../env.ts'
import type { DropReason, NodeId } from '../event.ts'
import type { Process } from '../node/index.ts'

/** The port by which addresses of messages are looked up. */
export const messagesPort = 1
/** The longest line of a message. */
const lineMax = 16 * 1024 * 1024
/** Bytes that wait to be sent to one node; messages beyond are lost. */
const unsentMax = 16 * 1024 * 1024
const againAfterMs = 200

/** The messages of one incarnation. */
export class RealMessages implements Messages {
  readonly #process: Process
  readonly #addresses: Addresses
  readonly #links = new Map<NodeId, OutgoingLink>()

  constructor(process: Process, addresses: Addresses) {
    this.#process = process
    this.#addresses = addresses
    process.onEnd(() => {
      for (const link of this.#links.values()) link.close()
    })
  }

  send(target: NodeId, message: Message): void {
    this.#process.check()
    const { machine } = this.#process
    const plain = plainCopy(message, 'send')
    if (typeof plain.kind !== 'string')
      throw new TypeError(
        'send: got an object without a kind, wanted a message: an object whose kind is a text',
      )
    const line = `${JSON.stringify(plain)}\n`
    machine.emit('send', { target, size: line.length, message: plain })
    this.#process.check()
    if (target === machine.node) {
      setImmediate(() => {
        receive(this.#process, target, plain)
      })
      return
    }
    const why = this.#linkTo(target).send(line)
    if (why !== null) machine.emit('drop', { target, why })
  }

  on<K extends string>(kind: K, handler: MessageHandler<Extract<Message, { readonly kind: K }>>): void {
    this.#process.check()
    this.#process.setHandler(kind, handler as MessageHandler<Message>)
  }

  #linkTo(target: NodeId): OutgoingLink {
    let link = this.#links.get(target)
    if (link === undefined) {
      link = new OutgoingLink(this.#process.machine.node, target, this.#addresses)
      this.#links.set(target, link)
    }
    return link
  }
}

/** The connection to one node, opened when there is something to send, and again after a while when it broke. */
class OutgoingLink {
  readonly #own: NodeId
  readonly #target: NodeId
  readonly #addresses: Addresses
  #socket: Socket | null = null
  #notBefore = 0

  constructor(own: NodeId, target: NodeId, addresses: Addresses) {
    this.#own = own
    this.#target = target
    this.#addresses = addresses
  }

  /** Sends a line, or says why it is lost. */
  send(line: string): DropReason | null {
    if (!this.#addresses.isKnown(this.#target)) return 'no-such-node'
    if (this.#socket === null && performance.now() < this.#notBefore) return 'node-down'
    const socket = (this.#socket ??= this.#open())
    if (socket.writableLength > unsentMax) return 'queue-full'
    socket.write(line)
    return null
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = createConnection({ ...this.#addresses.of(this.#target, messagesPort) })
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#socket = null
      this.#notBefore = performance.now() + againAfterMs
    })
    socket.write(`${JSON.stringify({ from: this.#own })}\n`)
    return socket
  }
}

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
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let from: NodeId | null = null
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    const lines = (rest + decoder.write(bytes)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const value = parsed(line)
      const running = process()
      if (from === null) from = sender(value)
      else if (running !== null && isMessage(value) && !enterMessage(running, from, value))
        return void socket.destroy()
      if (from === null || value === null) return void socket.destroy()
    }
    if (rest.length > lineMax) socket.destroy()
  })
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

function receive(process: Process, source: NodeId, message: Message): void {
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

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
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
