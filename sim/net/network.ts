// The network of a simulation: its links, made on first use.

import { sampler, type Sampler } from './distribution.ts'
import { Link, type LinkNetwork } from './link.ts'
import { type LinkTable, SimMessages } from './messages.ts'
import { lanDefault, type NetworkProfile } from './profile.ts'
import { seal, sealedSize } from './seal.ts'
import type { Message, Messages } from '../env.ts'
import type { NodeId } from '../event.ts'
import { nodeLabel } from '../log/index.ts'
import type { Machine, Process } from '../node/index.ts'

/** The network between the machines of one simulation. */
export class Network implements LinkNetwork {
  readonly latencyMin: number
  readonly latency: Sampler
  readonly #machines: ReadonlyMap<NodeId, Machine>
  readonly #tables = new Map<NodeId, OutgoingLinks>()

  constructor(machines: ReadonlyMap<NodeId, Machine>, profile: NetworkProfile = lanDefault) {
    this.#machines = machines
    this.latencyMin = profile.latencyMin
    this.latency = sampler(profile.latency)
  }

  /** The `env.messages` of an incarnation. */
  messages(process: Process): Messages {
    return new SimMessages(process, this.linksFrom(process.machine))
  }

  /** The links that leave a node. */
  linksFrom(machine: Machine): LinkTable {
    let table = this.#tables.get(machine.node)
    if (table === undefined) {
      table = new OutgoingLinks(machine, this.#machines, this)
      this.#tables.set(machine.node, table)
    }
    return table
  }
}

class OutgoingLinks implements LinkTable {
  readonly #source: Machine
  readonly #machines: ReadonlyMap<NodeId, Machine>
  readonly #network: LinkNetwork
  readonly #links = new Map<NodeId, Link>()

  constructor(source: Machine, machines: ReadonlyMap<NodeId, Machine>, network: LinkNetwork) {
    this.#source = source
    this.#machines = machines
    this.#network = network
  }

  to(target: NodeId): Link | null {
    const known = this.#links.get(target)
    if (known !== undefined) return known
    const machine = this.#machines.get(target)
    if (machine === undefined) return null
    const link = new Link(this.#source, machine, this.#network)
    this.#links.set(target, link)
    return link
  }

  sendToNobody(target: NodeId, message: Message): void {
    const hash = seal(message)
    const { log } = this.#source.simulation
    const seq = log.emitSend(this.#source.label, nodeLabel(target), sealedSize, message, hash)
    log.emit('drop', this.#source.label, seq, { target, why: 'no-such-node' })
  }
}
