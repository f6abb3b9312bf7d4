// A message on a link that something is wrong with, or from a node that is busy.

import { deliverMessage } from './deliver-message.ts'
import type { Link } from './link.ts'
import { type Parcel, undamaged } from './parcel.ts'
import type { Packet } from './rule.ts'
import type { Message } from '../env.ts'
import type { Instant } from '../time.ts'

/** A message as a parcel. */
export class MessageParcel implements Parcel {
  readonly size: number
  readonly cause: number
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
  }

  get sent(): number {
    return this.cause
  }

  /** A message has a checksum: when it is damaged, it is discarded on arrival. */
  arrive(at: Instant, cause: number, damage: number): void {
    const action = damage === undamaged ? deliverMessage : discardMessage
    this.#link.source.simulation.schedule(at, action, this.#link, this.#message, this.#hash, cause)
  }

  describe(): Packet {
    const { source, target } = this.#link
    return { carries: 'message', source: source.node, target: target.node, message: this.#message }
  }
}

function discardMessage(link: Link, _message: Message, _hash: number, cause: number): void {
  if (cause <= link.cutThrough) link.dropInFlight(cause)
  else link.drop(cause, 'corruption')
}
