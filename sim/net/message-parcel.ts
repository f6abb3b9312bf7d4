// A message on a link that something is wrong with, or from a node that is busy.

import { deliverMessage, receiveMessage } from './deliver-message.ts'
import type { Link } from './link.ts'
import { type Parcel, undamaged } from './parcel.ts'
import type { Packet } from './rule.ts'
import type { Message } from '../env.ts'
import type { Instant } from '../time.ts'

/** A message as a parcel. */
export class MessageParcel implements Parcel {
  readonly size: number
  readonly cause: number
  sent: number
  readonly canDouble = true
  readonly #link: Link
  readonly #message: Message
  readonly #hash: number

  constructor(link: Link, message: Message, hash: number, size: number, cause: number) {
    this.#link = link
    this.#message = message
    this.#hash = hash
    this.size = size
    this.cause = cause
    this.sent = cause
  }

  /** A message has a checksum: when it is damaged, it is discarded on arrival. */
  arrive(at: Instant, cause: number, damage: number): void {
    const { simulation } = this.#link.source
    if (this.sent > this.cause) {
      simulation.schedule(at, arriveLate, this, undefined, damage, cause)
      return
    }
    const action = damage === undamaged ? deliverMessage : discardMessage
    simulation.schedule(at, action, this.#link, this.#message, this.#hash, cause)
  }

  /** It reaches its target after it has left later than it was sent. */
  arriveLate(damage: number, cause: number): void {
    if (Math.max(this.sent, cause) <= this.#link.cutThrough) this.#link.dropInFlight(cause)
    else if (damage !== undamaged) this.#link.drop(cause, 'corruption')
    else receiveMessage(this.#link, this.#message, this.#hash, cause)
  }

  describe(): Packet {
    const { source, target } = this.#link
    return { carries: 'message', source: source.node, target: target.node, message: this.#message }
  }
}

function arriveLate(parcel: MessageParcel, _payload: undefined, damage: number, cause: number): void {
  parcel.arriveLate(damage, cause)
}

function discardMessage(link: Link, _message: Message, _hash: number, cause: number): void {
  if (cause <= link.cutThrough) link.dropInFlight(cause)
  else link.drop(cause, 'corruption')
}
