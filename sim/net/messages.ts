// The messages of one incarnation: sends over the node's links, handlers by kind.

import type { Link } from './link.ts'
import type { Message, MessageHandler, Messages } from '../env.ts'
import type { NodeId } from '../event.ts'
import { IncarnationOver, type Process } from '../node/index.ts'

/** The `env.messages` of an incarnation. */
export class SimMessages implements Messages {
  readonly #process: Process
  readonly #links: LinkTable

  constructor(process: Process, links: LinkTable) {
    this.#process = process
    this.#links = links
  }

  send(target: NodeId, message: Message): void {
    if (!this.#process.isAlive) throw new IncarnationOver()
    const link = this.#links.to(target)
    if (link === null) this.#links.sendToNobody(target, message)
    else link.sendMessage(message)
    // A trigger may have crashed this node at the `send`.
    if (!this.#process.isAlive) throw new IncarnationOver()
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
