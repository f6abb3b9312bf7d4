// One direction of a connection between two nodes, and the hot path of every message: seal, log, draw a latency,
// schedule. A link that nothing is wrong with takes the short way; everything else is `Impairments`.

import type { Sampler } from './distribution.ts'
import { seal, sealedSize } from './seal.ts'
import type { Message } from '../env.ts'
import type { DropReason } from '../event.ts'
import type { Machine } from '../node/index.ts'
import type { RandomStream } from '../random.ts'
import type { Instant } from '../time.ts'

/** What a link needs of its network. */
export interface LinkNetwork {
  readonly latencyMin: number
  readonly latency: Sampler
}

/** A link from one node to another. */
export class Link {
  readonly source: Machine
  readonly target: Machine
  readonly #network: LinkNetwork
  readonly #latency: RandomStream

  constructor(source: Machine, target: Machine, network: LinkNetwork) {
    this.source = source
    this.target = target
    this.#network = network
    this.#latency = source.stream(`link/${source.node}>${target.node}`)
  }

  /** Sends a message: logs it, and schedules its delivery. */
  sendMessage(message: Message): void {
    const { source, target } = this
    const { simulation } = source
    const hash = seal(message)
    const seq = simulation.log.emitSend(source.label, target.label, sealedSize, message, hash)
    const network = this.#network
    const at = (source.departure + network.latencyMin + network.latency.draw(this.#latency)) as Instant
    simulation.schedule(at, deliverMessage, this, message, hash, seq)
  }

  /** Logs that something on this link was lost, and why. */
  drop(cause: number, why: DropReason): void {
    const { log } = this.source.simulation
    log.emit('drop', this.source.label, cause, { target: this.target.node, why })
  }
}

/** A message reaches its target. */
export function deliverMessage(link: Link, message: Message, hash: number, cause: number): void {
  const { source, target } = link
  const { process } = target
  if (process === null) {
    link.drop(cause, 'node-down')
    return
  }
  if (target.isHindered) {
    target.defer(deliverMessage, link, message, hash, cause)
    return
  }
  const handler = process.handlers.get(message.kind)
  if (handler === undefined) {
    link.drop(cause, 'no-handler')
    return
  }
  target.beginStep()
  target.simulation.log.emitDeliver(target.label, source.label, cause, message, hash)
  try {
    // A rejection of what an async handler returns is found when microtasks are drained.
    void handler(message, source.node)
  } catch (error) {
    target.uncaught(error)
  }
}
