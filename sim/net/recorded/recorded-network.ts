// The network of a node whose program runs alone: logs what the program sends, and gives it what it received when it was
// recorded. Nothing is ever on its way.

import { nodeLabel } from '../../log/index.ts'
import type { Message, Messages, Net } from '../../env.ts'
import type { Event, EventOf, NodeId } from '../../event.ts'
import type { Process, RecordedPort } from '../../node/index.ts'
import { SimMessages } from '../messages.ts'
import { Ports } from '../ports.ts'
import type { NetworkProfile } from '../profile.ts'
import { streamDefaults } from '../profile.ts'
import { seal, sealedSize } from '../seal.ts'
import { bytesOf } from './bytes.ts'
import { isStreamNews, RecordedConnection } from './recorded-connection.ts'
import { RecordedNet } from './recorded-net.ts'
import type { RecordedServer } from './recorded-server.ts'
import type { RecordedSocket } from './recorded-socket.ts'

/** What a recorded network is made of. */
export interface RecordedNetworkSpec {
  readonly recorded: RecordedPort
  /** The names of all nodes, which are addresses. */
  readonly nodes: ReadonlySet<NodeId>
  readonly profile: NetworkProfile | null
}

/** The network as one node sees it. */
export class RecordedNetwork {
  readonly recorded: RecordedPort
  readonly nodes: ReadonlySet<NodeId>
  readonly servers: Ports<RecordedServer> = new Ports()
  readonly sockets: Ports<RecordedSocket> = new Ports()
  readonly #unsentMax: number
  readonly #connections = new Map<number, RecordedConnection>()

  constructor({ recorded, nodes, profile }: RecordedNetworkSpec) {
    this.recorded = recorded
    this.nodes = nodes
    this.#unsentMax = profile?.streams?.unsentMax ?? streamDefaults.unsentMax
  }

  /** The `env.messages` of an incarnation. */
  messages(process: Process): Messages {
    return new SimMessages(process, {
      to: () => null,
      sendToNobody: (target, message) => {
        logSend(process, target, message)
      },
    })
  }

  /** The `env.net` of an incarnation; to be made once for each. */
  net(process: Process): Net {
    process.onEnd(() => {
      this.servers.clear()
      this.sockets.clear()
      this.#connections.clear()
    })
    return new RecordedNet(process, this)
  }

  /** The connection that a stream is from now on. */
  connection(process: Process, stream: number, remote: NodeId, remotePort: number): RecordedConnection {
    const { recorded } = this
    const spec = { process, recorded, stream, remote, remotePort, unsentMax: this.#unsentMax }
    const connection = new RecordedConnection(spec)
    this.#connections.set(stream, connection)
    return connection
  }

  /** Gives a program what it received; `cause` is the seq behind it. False when the program does not take it. */
  give(process: Process, event: Event, cause: number): boolean {
    process.machine.beginStep()
    if (isStreamNews(event)) return this.#connections.get(event.stream)?.learn(event, cause) ?? false
    switch (event.kind) {
      case 'deliver':
        return giveMessage(process, event, cause)
      case 'datagram-deliver':
        return this.#giveDatagram(process, event, cause)
      case 'accept':
        return this.#giveStream(process, event, cause)
      default:
        return false
    }
  }

  #giveDatagram(process: Process, event: EventOf<'datagram-deliver'>, cause: number): boolean {
    const { source, sourcePort, port, isCorrupted } = event
    const socket = this.sockets.at(port)
    if (socket === undefined) return false
    const bytes = bytesOf(event.bytes)
    process.machine.emitInput('datagram-deliver', cause, { source, sourcePort, port, bytes, isCorrupted })
    if (process.isAlive) socket.put({ source, sourcePort, bytes })
    return true
  }

  // A server may have been closed while the stream was on its way into the program.
  #giveStream(process: Process, event: EventOf<'accept'>, cause: number): boolean {
    const { stream, source, port, sourcePort } = event
    process.machine.emitInput('accept', cause, { stream, source, port, sourcePort })
    if (process.isAlive) this.servers.at(port)?.arrived(this.connection(process, stream, source, sourcePort))
    return true
  }
}

function logSend(process: Process, target: NodeId, message: Message): void {
  const { machine } = process
  const hash = seal(message)
  machine.simulation.log.emitSend(machine.label, nodeLabel(target), sealedSize, message, hash)
}

function giveMessage(process: Process, event: EventOf<'deliver'>, cause: number): boolean {
  const { machine } = process
  const { source } = event
  // Only messages are sent, so what a trace of ours holds is one.
  const message = event.message as Message
  const handler = process.handlerOf(message.kind)
  if (handler === undefined) return false
  const { log } = machine.simulation
  log.emitDeliver(machine.label, nodeLabel(source), cause, message, seal(message))
  if (process.isAlive) process.call(() => handler(message, source))
  return true
}
