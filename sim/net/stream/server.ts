// A listening socket: streams that were opened to its port wait here until the program accepts them.

import { SimConnection } from './connection.ts'
import type { Segment } from './segment.ts'
import { StreamEnd } from './stream-end.ts'
import type { Connection, Server } from '../../env.ts'
import type { Process } from '../../node/index.ts'
import { HandOver } from '../hand-over.ts'
import type { NetworkInterface } from '../network-interface.ts'
import { deliverInput, type ProgramInput } from '../program-input.ts'

/** A server of a program. */
export class SimServer implements Server {
  readonly port: number
  readonly process: Process
  readonly #interface: NetworkInterface
  readonly #isLocal: boolean
  readonly #waiting = new HandOver<SimConnection>((connection) => {
    connection.pickUp()
  })
  /** How many streams are on their way into the program. */
  #arriving = 0

  /** Takes its port; throws EADDRINUSE when somebody has it. `isLocal`: other nodes are refused. */
  constructor(
    process: Process,
    networkInterface: NetworkInterface,
    { port, isLocal }: { readonly port: number; readonly isLocal: boolean },
  ) {
    this.#isLocal = isLocal
    this.process = process
    this.#interface = networkInterface
    this.port = port
    networkInterface.servers.claim(port, this)
    process.machine.emit('listen', { protocol: 'stream', port })
  }

  accept(): Promise<Connection | null> {
    this.process.check()
    return this.#waiting.take()
  }

  close(): void {
    this.process.check()
    this.#interface.servers.release(this.port, this)
    for (const connection of this.#waiting.clear()) connection.abandon()
    this.#waiting.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<Connection> {
    return this.#waiting[Symbol.asyncIterator]()
  }

  /** Takes a stream that somebody opens, and returns its end here; null when too many wait already, or it comes from elsewhere and must not. */
  offer(peer: StreamEnd, segment: Segment): StreamEnd | null {
    const { network } = this.#interface
    if (this.#isLocal && !this.#interface.isOwn(peer)) return null
    if (this.#arriving + this.#waiting.length >= network.streamProfile.backlogMax) return null
    this.#arriving++
    const stream = this.#interface.isOwn(peer) ? network.nextStream() : peer.stream
    const link = this.#interface.linkBack(segment)
    const end = new StreamEnd({
      stream,
      process: this.process,
      networkInterface: this.#interface,
      link,
      localPort: this.port,
      peer,
    })
    end.confirm(segment.cause)
    deliverInput(this.process, new Arrival(this, end), 0, segment.cause)
    return end
  }

  /** A stream has come through to the program; it waits for `accept` unless the server is closed. */
  arrived(connection: SimConnection): void {
    this.#arriving--
    if (this.#interface.servers.at(this.port) === this) this.#waiting.put(connection)
    else connection.abandon()
  }

  /** A stream has not come through. */
  lost(end: StreamEnd, cause: number): void {
    this.#arriving--
    end.abort(cause)
  }
}

/** A stream on its way into the program that listens. */
class Arrival implements ProgramInput {
  readonly #server: SimServer
  readonly #end: StreamEnd

  constructor(server: SimServer, end: StreamEnd) {
    this.#server = server
    this.#end = end
  }

  run(cause: number): void {
    const { stream, link, process, peer } = this.#end
    const { port } = this.#server
    const sourcePort = peer?.localPort ?? 0
    process.machine.emitInput('accept', cause, { stream, source: link.target.node, port, sourcePort })
    if (!process.isAlive) return
    const connection = new SimConnection(this.#end, sourcePort)
    this.#server.arrived(connection)
    connection.start()
  }

  dropped(cause: number, why: 'node-down' | 'inbox-full'): void {
    if (why === 'inbox-full') this.#server.lost(this.#end, cause)
  }
}
