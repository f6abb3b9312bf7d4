// One direction of a connection between two nodes, and the hot path of every message: seal, log, draw a latency,
// schedule. A link that nothing is wrong with takes the short way; everything else is `Impairments`.

import { deliverMessage } from './deliver-message.ts'
import type { Sampler } from './distribution.ts'
import { Impairments } from './impairments.ts'
import { MessageParcel } from './message-parcel.ts'
import type { Pacer, Way } from './pacer.ts'
import { type Parcel, undamaged } from './parcel.ts'
import type { LinkProfile } from './profile.ts'
import type { Rules } from './rule.ts'
import { seal, sealedSize } from './seal.ts'
import type { Message } from '../env.ts'
import type { DropReason, NodeId } from '../event.ts'
import type { FaultOrigin, LinkDisturbance, PartitionCuts, Release } from '../faults/index.ts'
import type { NodeLabel } from '../log/index.ts'
import type { Machine, Process } from '../node/index.ts'
import type { RandomStream } from '../random.ts'
import type { Instant } from '../time.ts'

/** What a link is like, prepared once for all links that are alike. */
export interface LinkCharacter {
  readonly profile: LinkProfile
  readonly latencyMin: number
  readonly sampler: Sampler
}

/** When a program hands something over: when that leaves its node, and who must be alive then. */
export interface Handover {
  readonly departure: Instant
  readonly process: Process | null
}

/** The handover of what the node's program sends in this step from now on. */
export function handoverOf({ departure, process }: Machine): Handover {
  return { departure, process }
}

/** The two ends of a link. */
export interface LinkMachines {
  readonly source: Machine
  readonly target: Machine
}

function waysOf(link: string, target: NodeId, character: LinkCharacter) {
  const way = (name: string): Way => ({ name, target, character, count: 0 })
  return { messages: way(link), datagrams: way(`${link}/datagrams`), streams: way(`${link}/streams`) }
}

/** A link from one node to another. */
export class Link {
  readonly source: Machine
  readonly target: Machine
  readonly sourceLabel: NodeLabel
  readonly targetLabel: NodeLabel
  readonly character: LinkCharacter
  readonly rules: Rules
  /** Who has a say in latencies besides chance; null when nobody has. */
  readonly #pacer: Pacer | null
  readonly #ways: { readonly messages: Way; readonly datagrams: Way; readonly streams: Way } | null
  /** What is wrong with it; null when nothing is, and messages take the short way. */
  impairments: Impairments | null = null
  /** What left up to this event is lost if it has not arrived: it was on its way when a partition cut the link. */
  cutThrough = 0
  #cutBy: FaultOrigin | null = null
  readonly #latencyMin: number
  readonly #sampler: Sampler
  readonly #latency: RandomStream
  #datagramLatency: RandomStream | null = null
  #streamLatency: RandomStream | null = null

  constructor({ source, target }: LinkMachines, character: LinkCharacter, rules: Rules, pacer: Pacer | null) {
    this.source = source
    this.target = target
    this.#pacer = pacer
    this.#ways = pacer === null ? null : waysOf(this.name, target.node, character)
    this.sourceLabel = source.label
    this.targetLabel = target.label
    this.character = character
    this.rules = rules
    this.#latencyMin = character.latencyMin
    this.#sampler = character.sampler
    this.#latency = source.stream(this.name)
    this.review()
  }

  /** Its name, and that of the stream from which it draws the latency of messages. */
  get name(): string {
    return `link/${this.source.node}>${this.target.node}`
  }

  /** Sends a message: logs it, and schedules its delivery. */
  sendMessage(message: Message): void {
    const { source } = this
    const { simulation } = source
    // Before the event, at which a trigger may crash this node: a message that waits for the CPU is then lost.
    const handover = source.isHindered ? handoverOf(source) : null
    const hash = seal(message)
    const size = sealedSize
    const seq = simulation.log.emitSend(this.sourceLabel, this.targetLabel, size, message, hash)
    const latency =
      this.#pacer === null
        ? this.#latencyMin + this.#sampler.draw(this.#latency)
        : this.#paced('messages', this.#latency)
    if (this.impairments === null && handover === null)
      simulation.schedule((simulation.now + latency) as Instant, deliverMessage, this, message, hash, seq)
    else this.send(new MessageParcel(this, message, hash, size, seq), latency, handover ?? handoverOf(source))
  }

  /** Draws how long something takes over this link by chance alone, in whole nanoseconds. */
  drawLatency(random: RandomStream): number {
    return this.#latencyMin + this.#sampler.draw(random)
  }

  /** Draws how long a datagram takes. Each protocol has a stream of its own: none disturbs the messages. */
  drawDatagramLatency(): number {
    return this.#paced('datagrams', (this.#datagramLatency ??= this.source.stream(`${this.name}/datagrams`)))
  }

  /** Draws how long a segment of a byte stream takes. */
  drawStreamLatency(): number {
    return this.#paced('streams', (this.#streamLatency ??= this.source.stream(`${this.name}/streams`)))
  }

  #paced(protocol: 'messages' | 'datagrams' | 'streams', random: RandomStream): number {
    const way = this.#ways?.[protocol]
    return this.#pacer === null || way === undefined
      ? this.drawLatency(random)
      : this.#pacer.latency(way, random)
  }

  /** Sends what a program hands over: when its node is busy, it leaves once the work charged so far is done. */
  send(parcel: Parcel, latency: number, { departure, process }: Handover): void {
    const { source } = this
    const { simulation } = source
    if (departure === simulation.now) this.carry(parcel, latency)
    else
      simulation.schedule(
        departure,
        () => {
          if (source.process === process) this.#leave(parcel, latency)
          else this.drop(parcel.cause, 'sender-crashed')
        },
        this,
        parcel,
        0,
        parcel.cause,
      )
  }

  // A partition that came and went while it waited for the CPU has not met it.
  #leave(parcel: Parcel, latency: number): void {
    parcel.sent = this.source.simulation.log.seq
    this.carry(parcel, latency)
  }

  /** Carries a parcel, leaving now. */
  carry(parcel: Parcel, latency: number): void {
    if (this.impairments !== null) this.impairments.send(parcel, latency)
    else parcel.arrive((this.source.simulation.now + latency) as Instant, parcel.cause, undamaged)
  }

  /** Logs that something on this link was lost, and why. */
  drop(cause: number, why: DropReason): void {
    const { log } = this.source.simulation
    log.emit('drop', this.source.label, cause, { target: this.target.node, why })
  }

  /** Logs that a partition cut off what was on its way. */
  dropInFlight(cause: number): void {
    this.#cutBy?.affected()
    this.drop(cause, 'partition')
  }

  /** Logs that something arrives twice; returns what the copy has as its cause. */
  double(cause: number): number {
    const { log } = this.source.simulation
    return log.emit('duplicate', this.source.label, cause, { target: this.target.node })
  }

  // ---- what faults do

  /** Lets nothing pass that is sent from now on; with `in-flight` also what is on its way is lost. */
  block(cuts: PartitionCuts, origin: FaultOrigin): Release {
    if (cuts === 'in-flight') {
      this.cutThrough = this.source.simulation.log.seq
      this.#cutBy = origin
    }
    return this.#reviewed(this.#impair().block(cuts, origin))
  }

  /** Changes what the link does to what it carries. */
  disturb(disturbance: LinkDisturbance, origin: FaultOrigin): Release {
    return this.#reviewed(this.#impair().disturb(disturbance, origin))
  }

  /** Finds out anew whether messages may take the short way. */
  review(): void {
    if (this.#impair().isNone) this.impairments = null
  }

  #impair(): Impairments {
    return (this.impairments ??= new Impairments(this))
  }

  #reviewed(release: Release): Release {
    return () => {
      release()
      this.review()
    }
  }
}
