// An admin of the store as a program: every now and then wishes for another member, one member less, or another leader,
// and insists for a while.

import { namesIn } from './names.ts'
import type { AdminMessage, StoreMessage } from './message.ts'
import { RequestIds } from './request-ids.ts'
import { ms, seconds, type Duration, type Env, type NodeId, type Program } from '../../sim/index.ts'

/** What an admin does. */
export interface StoreAdminOptions {
  /** The nodes that are or may become voters. By default the node's parameter `replicas`. */
  readonly replicas?: readonly NodeId[]
  /** The mean time between two wishes. Default 1 s. */
  readonly every?: Duration
  /** How often a wish that nobody has granted is sent. Default 20, 50 ms apart. */
  readonly attempts?: number
  /** Never wishes for fewer voters than this. Default 3. */
  readonly votersMin?: number
  /** How many of the wishes are for another leader rather than other members, 0 to 1. Default 0.2. */
  readonly transferRatio?: number
}

type Wish = AdminMessage['change']

const attemptPeriod = ms(50)

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
  readonly #attempts: number
  readonly #votersMin: number
  readonly #transferRatio: number
  // The voters as each replica said last; whoever said nothing is taken to know all.
  readonly #voters = new Map<NodeId, readonly NodeId[]>()
  #wishes = new Map<NodeId, Wish>()
  /** The number of the wishes; an answer to earlier ones does not grant these. */
  #id = 0
  readonly #ids: RequestIds

  constructor(env: Env<StoreMessage>, options: StoreAdminOptions) {
    this.#env = env
    this.#ids = new RequestIds(env.incarnation)
    this.#replicas = options.replicas ?? namesIn(env.parameters['replicas']) ?? []
    this.#every = options.every ?? seconds(1)
    this.#attempts = options.attempts ?? 20
    this.#votersMin = options.votersMin ?? 3
    this.#transferRatio = options.transferRatio ?? 0.2
    env.messages.on('kv.admin-reply', ({ id, isDone, voters }, source) => {
      this.#voters.set(source, voters)
      if (isDone && id === this.#id) this.#wishes.clear()
    })
  }

  wishLater(): void {
    const wait = Math.floor(this.#env.random.exponential(this.#every)) as Duration
    this.#env.timers.after(wait, () => {
      this.#id = this.#ids.next()
      this.#wishes = new Map(this.#replicas.map((replica) => [replica, this.#draw(replica)]))
      this.#insist(this.#attempts)
    })
  }

  #insist(attempts: number): void {
    if (attempts === 0 || this.#wishes.size === 0) return this.wishLater()
    for (const [replica, change] of this.#wishes)
      this.#env.messages.send(replica, { kind: 'kv.admin', id: this.#id, change, votersMin: this.#votersMin })
    this.#env.timers.after(attemptPeriod, () => this.#insist(attempts - 1))
  }

  #draw(replica: NodeId): Wish {
    const node = this.#env.random.pick(this.#replicas)
    if (this.#env.random.boolean(this.#transferRatio)) return { change: 'transfer', node }
    const isVoter = (this.#voters.get(replica) ?? this.#replicas).includes(node)
    return { change: isVoter ? 'remove' : 'add-voter', node }
  }
}
