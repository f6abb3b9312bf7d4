// Messages between programs on real machines: JSON lines over TCP, one connection from each sender to each receiver. As in
// the simulation they arrive at most once; what cannot be sent is lost, with an event that says so. Whoever can reach the
// port can send messages under any name: it belongs on a network of its own.

import { createConnection, type Socket } from 'node:net'

import type { Addresses } from './addresses.ts'
import { endSoon } from './end-soon.ts'
import { messagesPort, receive } from './message-door.ts'
import { enter } from './real-process.ts'
import { plainCopy } from '../data.ts'
import type { Message, MessageHandler, Messages } from '../env.ts'
import type { DropReason, NodeId } from '../event.ts'
import type { EndOf, Process } from '../node/index.ts'

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
    process.onEnd((how) => {
      for (const link of this.#links.values()) link.close(how)
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
      link = new OutgoingLink(this.#process, target, this.#addresses)
      this.#links.set(target, link)
    }
    return link
  }
}

/** The connection to one node, opened when there is something to send, and again after a while when it broke. */
class OutgoingLink {
  readonly #process: Process
  readonly #target: NodeId
  readonly #addresses: Addresses
  #socket: Socket | null = null
  #onWritten: (error?: Error | null) => void = () => undefined
  #notBefore = 0

  constructor(process: Process, target: NodeId, addresses: Addresses) {
    this.#process = process
    this.#target = target
    this.#addresses = addresses
  }

  /** Sends a line, or says why it is lost. One that is lost later, before the system has taken it, is in the log then. */
  send(line: string): DropReason | null {
    if (!this.#addresses.isKnown(this.#target)) return 'no-such-node'
    if (this.#socket === null && performance.now() < this.#notBefore) return 'node-down'
    const socket = (this.#socket ??= this.#open())
    if (socket.writableLength > unsentMax) return 'queue-full'
    socket.write(line, this.#onWritten)
    return null
  }

  /** What was sent before a program ended by itself may leave; a crash takes it along. */
  close(how: EndOf): void {
    if (this.#socket === null) return
    if (how === 'stop' || how === 'exit') endSoon(this.#socket)
    else this.#socket.destroy()
  }

  #open(): Socket {
    const socket = createConnection({ ...this.#addresses.of(this.#target, messagesPort) })
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    // Node reports no error for a write that was under way when the socket broke.
    this.#onWritten = (error) => {
      if (error instanceof Error || socket.destroyed) this.#lose()
    }
    socket.on('close', () => {
      this.#socket = null
      this.#notBefore = performance.now() + againAfterMs
    })
    socket.write(`${JSON.stringify({ from: this.#process.machine.node })}\n`)
    return socket
  }

  #lose(): void {
    enter(this.#process, () => {
      this.#process.machine.emit('drop', { target: this.#target, why: 'node-down' })
    })
  }
}
