// A datagram socket whose peers are recorded.

import { type Datagram, type DatagramSocket, NetError } from '../../env.ts'
import type { NodeId } from '../../event.ts'
import type { Process } from '../../node/index.ts'
import { datagramMax } from '../datagram/datagram-socket.ts'
import { HandOver } from '../hand-over.ts'
import { checkPort, type Ports } from '../ports.ts'
import { copyOf } from '../written-bytes.ts'

/** A datagram socket of a program that runs alone. */
export class RecordedSocket implements DatagramSocket {
  readonly port: number
  readonly #process: Process
  readonly #ports: Ports<RecordedSocket>
  readonly #received = new HandOver<Datagram>()
  #isClosed = false

  /** Takes its port; throws EADDRINUSE when somebody has it. */
  constructor(process: Process, ports: Ports<RecordedSocket>, port: number) {
    this.#process = process
    this.#ports = ports
    this.port = port === 0 ? ports.pick() : port
    ports.claim(this.port, this)
    process.machine.emit('listen', { protocol: 'datagram', port: this.port })
  }

  send(target: NodeId, port: number, bytes: Uint8Array | string): void {
    this.#process.check()
    checkPort(port, 1)
    if (this.#isClosed) throw new NetError('EPIPE', `datagram socket ${this.port} is closed`)
    const copy = copyOf(bytes)
    if (copy.length > datagramMax)
      throw new NetError('EMSGSIZE', `got ${copy.length} bytes, wanted at most ${datagramMax}`)
    this.#process.machine.emit('datagram-send', { target, port, sourcePort: this.port, bytes: copy })
    this.#process.check()
  }

  receive(): Promise<Datagram | null> {
    this.#process.check()
    return this.#received.take()
  }

  close(): void {
    this.#process.check()
    this.#isClosed = true
    this.#ports.release(this.port, this)
    this.#received.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram> {
    return this.#received[Symbol.asyncIterator]()
  }

  /** Leaves a datagram for the program. */
  put(datagram: Datagram): void {
    this.#received.put(datagram)
  }
}
