// An admin of the store as a program: every now and then wishes for another member, one member less, or another leader.

import { namesIn } from './names.ts'
import type { AdminMessage, StoreMessage } from './message.ts'
import { seconds, type Duration, type Env, type NodeId, type Program } from '../../sim/index.ts'

/** What an admin does. */
export interface StoreAdminOptions {
  /** The nodes that are or may become voters. By default the node's parameter `replicas`. */
  readonly replicas?: readonly NodeId[]
  /** The mean time between two wishes. Default 1 s. */
  readonly every?: Duration
  /** Never wishes for fewer voters than this. Default 3. */
  readonly votersMin?: number
  /** How many of the wishes are for another leader rather than other members, 0 to 1. Default 0.2. */
  readonly transferRatio?: number
}

/**
 * An admin of the store. Each wish is drawn for each replica on its own and sent to all of them: only leaders heed it, and
 * two servers that both take themselves for the leader are asked for different things.
 */
export function storeAdmin(options: StoreAdminOptions = {}): Program {
  return (env) => new StoreAdmin(env as Env<StoreMessage>, options).wishLater()
}

class StoreAdmin {
  readonly #env: Env<StoreMessage>
  readonly #replicas: readonly NodeId[]
  readonly #every: Duration
  readonly #votersMin: number
  readonly #transferRatio: number
  // The voters as each replica said last; whoever said nothing is taken to know all.
  readonly #voters = new Map<NodeId, readonly NodeId[]>()
  #count = 0

  constructor(env: Env<StoreMessage>, options: StoreAdminOptions) {
    this.#env = env
    this.#replicas = options.replicas ?? namesIn(env.parameters['replicas']) ?? []
    this.#every = options.every ?? seconds(1)
    this.#votersMin = options.votersMin ?? 3
    this.#transferRatio = options.transferRatio ?? 0.2
    env.messages.on('kv.admin-reply', ({ voters }, source) => void this.#voters.set(source, voters))
  }

  wishLater(): void {
    const wait = Math.floor(this.#env.random.exponential(this.#every)) as Duration
    this.#env.timers.after(wait, () => {
      for (const replica of this.#replicas) this.#wish(replica)
      this.wishLater()
    })
  }

  #wish(replica: NodeId): void {
    const node = this.#env.random.pick(this.#replicas)
    const isTransfer = this.#env.random.boolean(this.#transferRatio)
    const change = isTransfer ? ({ change: 'transfer', node } as const) : this.#change(replica, node)
    if (change !== null) this.#env.messages.send(replica, { kind: 'kv.admin', id: ++this.#count, change })
  }

  #change(replica: NodeId, node: NodeId): AdminMessage['change'] | null {
    const voters = this.#voters.get(replica) ?? this.#replicas
    if (!voters.includes(node)) return { change: 'add-voter', node }
    return voters.length > this.#votersMin ? { change: 'remove', node } : null
  }
}
