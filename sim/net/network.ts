// The network of a simulation: its links, made on first use, the interfaces of its nodes, its names and rules.

import { Link, type LinkCharacter } from './link.ts'
import { LinkCharacters } from './link-characters.ts'
import { type LinkTable, SimMessages } from './messages.ts'
import { Names } from './names.ts'
import { NetworkInterface } from './network-interface.ts'
import { Pacer, type Pacing } from './pacer.ts'
import { networkProfileProblems } from './profile-problems.ts'
import { lanDefault, type NetworkProfile, streamDefaults, type StreamProfile } from './profile.ts'
import { type PacketTest, Rules, type RuleSpec } from './rule.ts'
import { seal, sealedSize } from './seal.ts'
import { SimNet } from './sim-net.ts'
import type { Message, Messages, Net } from '../env.ts'
import type { NodeId } from '../event.ts'
import type {
  FaultOrigin,
  LinkDisturbance,
  Link as LinkEnds,
  NetworkControls,
  PartitionCuts,
  Release,
  Verdict,
} from '../faults/index.ts'
import { nodeLabel } from '../log/index.ts'
import type { Machine, Process } from '../node/index.ts'

/** What a network is like. */
export interface NetworkOptions {
  /** Default: `lan()`. */
  readonly profile?: NetworkProfile
  /** Names that stand for a node besides the nodes' own. */
  readonly names?: ReadonlyMap<string, NodeId>
  /** Who has a say in how long deliveries take (default: nobody; they take what is drawn). */
  readonly pacing?: Pacing
}

/** The network between the machines of one simulation. */
export class Network implements NetworkControls {
  readonly names: Names
  readonly streamProfile: StreamProfile
  readonly #machines: ReadonlyMap<NodeId, Machine>
  readonly #characters: LinkCharacters
  readonly #rules = new Rules()
  readonly #pacer: Pacer | null
  readonly #tables = new Map<NodeId, OutgoingLinks>()
  readonly #interfaces = new Map<NodeId, NetworkInterface>()
  /** What faults hold on each link. */
  readonly #held = new Map<Link, Set<Release>>()
  #streams = 0

  /** Throws a RangeError that names everything that is wrong with the profile. Machines may be added until they start. */
  constructor(machines: ReadonlyMap<NodeId, Machine>, options: NetworkOptions = {}) {
    const profile = options.profile ?? lanDefault
    const problems = networkProfileProblems(profile)
    if (problems.length > 0) throw new RangeError(`network profile: ${problems.join('; ')}`)
    this.#machines = machines
    this.#pacer = options.pacing === undefined ? null : new Pacer(options.pacing)
    this.#characters = new LinkCharacters(profile)
    this.streamProfile = { ...streamDefaults, ...profile.streams }
    this.names = new Names(machines, options.names ?? new Map(), profile)
  }

  /** The `env.messages` of an incarnation. */
  messages(process: Process): Messages {
    return new SimMessages(process, this.linksFrom(process.machine))
  }

  /** The `env.net` of an incarnation; to be made once for each. */
  net(process: Process): Net {
    return new SimNet(process, this.interfaceOf(process.machine))
  }

  /**
   * Lets a rule judge everything that is sent from now on, until it is released. Rules are asked in the order in which
   * they were installed, and the first that concerns a packet decides.
   */
  rule(test: PacketTest, verdict: Verdict): Release {
    return this.#install({ test, verdict })
  }

  // ---- what faults pull

  block(links: readonly LinkEnds[], cuts: PartitionCuts, origin: FaultOrigin): Release {
    return this.#onEach(links, (link) => link.block(cuts, origin))
  }

  disturb(links: readonly LinkEnds[], disturbance: LinkDisturbance, origin: FaultOrigin): Release {
    return this.#onEach(links, (link) => link.disturb(disturbance, origin))
  }

  addRule({ packets, ...rest }: Parameters<NetworkControls['addRule']>[0], origin: FaultOrigin): Release {
    return this.#install({ test: packets, ...rest, origin })
  }

  freezeNames(node: NodeId, name: string | undefined, origin: FaultOrigin): Release {
    return once(this.names.freeze(node, name, origin))
  }

  failNames(node: NodeId, name: string | undefined, origin: FaultOrigin): Release {
    return once(this.names.fail(node, name, origin))
  }

  shelter(nodes: ReadonlySet<NodeId>): void {
    for (const [link, releases] of this.#held)
      if (nodes.has(link.source.node) && nodes.has(link.target.node))
        for (const release of releases) release()
    if (this.#rules.isEmpty) return
    this.#rules.addFirst({
      test: ({ source, target }) => nodes.has(source) && nodes.has(target),
      verdict: { kind: 'pass' },
    })
  }

  moveName(name: string, node: NodeId, origin: FaultOrigin): Release {
    return once(this.names.move(name, node, origin))
  }

  // ---- for the parts of the network

  /** The links that leave a node. */
  linksFrom(machine: Machine): LinkTable {
    let table = this.#tables.get(machine.node)
    if (table === undefined) {
      table = new OutgoingLinks(machine, {
        machines: this.#machines,
        characters: this.#characters,
        rules: this.#rules,
        pacer: this.#pacer,
      })
      this.#tables.set(machine.node, table)
    }
    return table
  }

  /** The link between two nodes. Throws a RangeError when one of them does not exist. */
  link(source: NodeId, target: NodeId): Link {
    const machine = this.#machines.get(source)
    const link = machine === undefined ? null : this.linksFrom(machine).to(target)
    if (link === null) throw new RangeError(`link: got ${source}>${target}, wanted nodes that exist`)
    return link
  }

  /** The network interface of a node. */
  interfaceOf(machine: Machine): NetworkInterface {
    let known = this.#interfaces.get(machine.node)
    if (known === undefined) {
      known = new NetworkInterface(machine, this)
      this.#interfaces.set(machine.node, known)
    }
    return known
  }

  /** A number for a new stream. */
  nextStream(): number {
    return ++this.#streams
  }

  #onEach(links: readonly LinkEnds[], action: (link: Link) => Release): Release {
    const releases = links.map(({ source, target }) => this.#hold(this.link(source, target), action))
    return once(() => {
      for (const release of releases) release()
    })
  }

  #hold(link: Link, action: (link: Link) => Release): Release {
    const releaseLink = action(link)
    const holds = this.#held.get(link) ?? new Set<Release>()
    this.#held.set(link, holds)
    const release = once(() => {
      holds.delete(release)
      releaseLink()
    })
    holds.add(release)
    return release
  }

  #install(rule: RuleSpec): Release {
    const release = this.#rules.add(rule)
    this.#reviewLinks()
    return once(() => {
      release()
      this.#reviewLinks()
    })
  }

  #reviewLinks(): void {
    for (const table of this.#tables.values()) table.review()
  }
}

function once(release: Release): Release {
  let isHeld = true
  return () => {
    if (isHeld) release()
    isHeld = false
  }
}

/** What all links of a network share. */
interface SharedByLinks {
  readonly machines: ReadonlyMap<NodeId, Machine>
  readonly characters: LinkCharacters
  readonly rules: Rules
  readonly pacer: Pacer | null
}

class OutgoingLinks implements LinkTable {
  readonly #source: Machine
  readonly #shared: SharedByLinks
  readonly #links = new Map<NodeId, Link>()

  constructor(source: Machine, shared: SharedByLinks) {
    this.#source = source
    this.#shared = shared
  }

  to(target: NodeId): Link | null {
    const known = this.#links.get(target)
    if (known !== undefined) return known
    const { machines, characters, rules, pacer } = this.#shared
    const machine = machines.get(target)
    if (machine === undefined) return null
    const source = this.#source
    const character: LinkCharacter = characters.of(source.node, target)
    const link = new Link({ source, target: machine }, character, rules, pacer)
    this.#links.set(target, link)
    return link
  }

  sendToNobody(target: NodeId, message: Message): void {
    const hash = seal(message)
    const { log } = this.#source.simulation
    const seq = log.emitSend(this.#source.label, nodeLabel(target), sealedSize, message, hash)
    log.emit('drop', this.#source.label, seq, { target, why: 'no-such-node' })
  }

  review(): void {
    for (const link of this.#links.values()) link.review()
  }
}
