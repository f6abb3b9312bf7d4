// The messages of one incarnation: sends over the node's links, handlers by kind.

import { refuseHidden } from './hidden-properties.ts'
import type { Link } from './link.ts'
import type { Message, MessageHandler, Messages } from '../env.ts'
import type { NodeId } from '../event.ts'
import { IncarnationOver, type Process } from '../node/index.ts'

/** The `env.messages` of an incarnation. */
export class SimMessages implements Messages {
  readonly #process: Process
  readonly #links: LinkTable
  /** The kinds of which a message was looked at for what sealing cannot see. */
  #kinds: Set<string> | null = null
  #lastKind: string | null = null

  constructor(process: Process, links: LinkTable) {
    this.#process = process
    this.#links = links
  }

  send(target: NodeId, message: Message): void {
    if (!this.#process.isAlive) throw new IncarnationOver()
    if (message?.kind !== this.#lastKind) this.#meet(message)
    const link = this.#links.to(target)
    if (link === null) this.#links.sendToNobody(target, message)
    else link.sendMessage(message)
    // A trigger may have crashed this node at the `send`.
    if (!this.#process.isAlive) throw new IncarnationOver()
  }

  // The first message of each kind that a program sends: they are almost always made at one place. By incarnation, so that
  // neither other nodes nor other runs decide what is looked at, and a node that is run alone meets the same refusals.
  #meet(message: Message): void {
    this.#kinds ??= new Set()
    if (!this.#kinds.has(message?.kind)) {
      refuseHidden(message)
      this.#kinds.add(message.kind)
    }
    this.#lastKind = message.kind
  }

  on<K extends string>(kind: K, handler: MessageHandler<Extract<Message, { readonly kind: K }>>): void {
    this.#process.check()
    this.#process.setHandler(kind, handler as MessageHandler<Message>)
  }
}

/** The links that leave one node. */
export interface LinkTable {
  /** The link to a node; null when there is no such node. */
  to(target: NodeId): Link | null
  /** Logs the sending and the loss of a message to a name that no node has. */
  sendToNobody(target: NodeId, message: Message): void
}
