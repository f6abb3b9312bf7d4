// The network interface of one node: its ports, and its ends of streams. It outlives the node's incarnations.

import type { SimDatagramSocket } from './datagram/datagram-socket.ts'
import type { Link } from './link.ts'
import type { LinkTable } from './messages.ts'
import type { Network } from './network.ts'
import { Ports } from './ports.ts'
import { type Segment, sendSegment } from './stream/segment.ts'
import type { SimServer } from './stream/server.ts'
import type { StreamEnd } from './stream/stream-end.ts'
import type { NodeId } from '../event.ts'
import type { EndOf, Machine, Process } from '../node/index.ts'

/** The network interface of a node. */
export class NetworkInterface {
  readonly machine: Machine
  readonly network: Network
  readonly servers: Ports<SimServer> = new Ports()
  readonly sockets: Ports<SimDatagramSocket> = new Ports()
  /** The ends of streams that something may still come through, in the order in which they were made. */
  readonly ends: Set<StreamEnd> = new Set()
  readonly #links: LinkTable
  /** The ends here by those elsewhere that asked for them. */
  readonly #answers = new WeakMap<StreamEnd, StreamEnd>()

  constructor(machine: Machine, network: Network) {
    this.machine = machine
    this.network = network
    this.#links = network.linksFrom(machine)
  }

  /** The link to a node; null when there is no such node. */
  linkTo(node: NodeId): Link | null {
    return this.#links.to(node)
  }

  /** The link to where a segment came from. */
  linkBack(segment: Segment): Link {
    return this.network.link(this.machine.node, segment.route.link.source.node)
  }

  /** Whether an end of a stream is on this very node. */
  isOwn(end: StreamEnd): boolean {
    return end.link.source === this.machine
  }

  /** Sees to it that what an incarnation holds is given back when it ends. */
  attach(process: Process): void {
    process.onEnd((how) => {
      this.#release(process, how)
    })
  }

  /** A segment that wants to open a stream has arrived. */
  receive(segment: Segment): void {
    const { content, cause } = segment
    const { source } = segment.route
    if (content.kind !== 'open') return
    const known = this.#answers.get(source)
    if (known !== undefined) {
      known.confirm(cause)
      return
    }
    const end = this.servers.at(content.port)?.offer(source, segment) ?? null
    if (end === null) this.#refuse(segment)
    else this.#answers.set(source, end)
  }

  /** A damaged segment that wants to open a stream has arrived; it will be sent again. */
  receiveDamaged(): void {}

  #refuse(segment: Segment): void {
    const { source, stream } = segment.route
    const route = { link: this.linkBack(segment), source, target: source, stream }
    sendSegment(route, { kind: 'reset' }, segment.cause)
  }

  #release(process: Process, how: EndOf): void {
    const { cause } = this.machine.simulation.log
    this.servers.clear()
    this.sockets.clear()
    for (const end of this.ends) if (end.process === process) end.letGo(how, cause)
  }
}
