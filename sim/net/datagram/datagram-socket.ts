// The datagram socket of a program.

import { DatagramParcel } from './datagram.ts'
import { HandOver } from '../hand-over.ts'
import { handoverOf } from '../link.ts'
import type { NetworkInterface } from '../network-interface.ts'
import { checkPort } from '../ports.ts'
import { type Datagram, type DatagramSocket, NetError } from '../../env.ts'
import type { NodeId } from '../../event.ts'
import { IncarnationOver, type Process } from '../../node/index.ts'

/** The most bytes that one datagram holds over IPv4. */
export const datagramMax = 65_507

/** How many datagrams a socket keeps for a program that does not receive; more are lost. */
export const receivedMax = 1_000

/** A datagram socket. */
export class SimDatagramSocket implements DatagramSocket {
  readonly port: number
  readonly #process: Process
  readonly #interface: NetworkInterface
  readonly #received = new HandOver<Datagram>()
  #isClosed = false

  /** Takes its port; throws EADDRINUSE when somebody has it. */
  constructor(process: Process, networkInterface: NetworkInterface, port: number) {
    this.#process = process
    this.#interface = networkInterface
    this.port = port === 0 ? networkInterface.sockets.pick() : port
    networkInterface.sockets.claim(this.port, this)
    process.machine.emit('listen', { protocol: 'datagram', port: this.port })
  }

  /** Whether what arrives now is lost. */
  get isFull(): boolean {
    return this.#received.length >= receivedMax
  }

  send(target: NodeId, port: number, bytes: Uint8Array | string): void {
    this.#process.check()
    checkPort(port, 1)
    if (this.#isClosed) throw new NetError('EPIPE', `datagram socket ${this.port} is closed`)
    const copy = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes.slice()
    if (copy.length > datagramMax)
      throw new NetError('EMSGSIZE', `got ${copy.length} bytes, wanted at most ${datagramMax}`)
    this.#send(target, port, copy)
    // A trigger may have crashed this node at the `datagram-send`.
    if (!this.#process.isAlive) throw new IncarnationOver()
  }

  receive(): Promise<Datagram | null> {
    this.#process.check()
    return this.#received.take()
  }

  close(): void {
    this.#process.check()
    this.shut()
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram> {
    return this.#received[Symbol.asyncIterator]()
  }

  /** Leaves a datagram for the program. */
  put(datagram: Datagram): void {
    this.#received.put(datagram)
  }

  /** Gives the port back. */
  shut(): void {
    this.#isClosed = true
    this.#interface.sockets.release(this.port, this)
    this.#received.close()
  }

  #send(target: NodeId, port: number, bytes: Uint8Array): void {
    const { machine } = this.#process
    const sourcePort = this.port
    // Before the event, at which a trigger may crash this node.
    const handover = handoverOf(machine)
    const cause = machine.emit('datagram-send', { target, port, sourcePort, bytes })
    const link = this.#interface.linkTo(target)
    if (link === null) {
      machine.simulation.log.emit('drop', machine.label, cause, { target, why: 'no-such-node' })
      return
    }
    const { sockets } = this.#interface.network.interfaceOf(link.target)
    link.send(
      new DatagramParcel({ link, sockets, port, sourcePort, bytes, cause }),
      link.drawDatagramLatency(),
      handover,
    )
  }
}
