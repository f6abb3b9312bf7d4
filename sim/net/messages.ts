// The messages of one incarnation: sends over the node's links, handlers by kind.

import { inspect } from 'node:util'

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
    // One test that whatever is no message fails, on the way of every message; what is wrong is found out afterwards.
    if (typeof (message as Partial<Message> | null | undefined)?.kind !== 'string') refuse(message)
    if (message.kind !== this.#lastKind) this.#meet(message)
    const link = this.#links.to(target)
    if (link === null) this.#links.sendToNobody(demandName(target), message)
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
    if (typeof handler !== 'function')
      throw new TypeError(`messages.on "${kind}": got ${inspect(handler)}, wanted a function`)
    this.#process.setHandler(kind, handler as MessageHandler<Message>)
  }
}

function refuse(message: unknown): never {
  const got = inspect(message, { depth: 1, breakLength: Infinity })
  throw new TypeError(`send: got ${got}, wanted a message: an object whose kind is a text`)
}

function demandName(target: unknown): NodeId {
  if (typeof target === 'string') return target
  throw new TypeError(`send: got ${inspect(target)} as target, wanted the name of a node`)
}

/** The links that leave one node. */
export interface LinkTable {
  /** The link to a node; null when there is no such node. */
  to(target: NodeId): Link | null
  /** Logs the sending and the loss of a message to a name that no node has. */
  sendToNobody(target: NodeId, message: Message): void
}
