// Names: which node each stands for, how long a look-up takes, and what can be wrong with the answers of one node.

import { type Sampler, sampler } from './distribution.ts'
import type { NetworkProfile } from './profile.ts'
import { NetError } from '../env.ts'
import type { NodeId } from '../event.ts'
import type { FaultOrigin, Release } from '../faults/index.ts'
import type { Process } from '../node/index.ts'
import type { Duration } from '../time.ts'

/** A fault of one node's look-ups. */
interface NamesTrouble {
  readonly node: NodeId
  /** The name that it concerns; undefined for all. */
  readonly name: string | undefined
  readonly origin: FaultOrigin
  /** What names stood for when it began; null when look-ups fail. */
  readonly frozen: ReadonlyMap<string, NodeId> | null
}

/** A name that a fault lets stand for another node. */
interface Move {
  readonly name: string
  readonly node: NodeId
  readonly origin: FaultOrigin
}

/** The answer to a look-up. */
type Answer = { readonly address: NodeId } | { readonly error: 'ENOTFOUND' | 'EAI_AGAIN' }

/** The name service of a network. Every node's own name stands for that node. */
export class Names {
  readonly #nodes: ReadonlyMap<NodeId, unknown>
  readonly #table: Map<string, NodeId>
  readonly #latencyMin: number
  readonly #latency: Sampler
  #troubles: readonly NamesTrouble[] = []
  /** In the order in which they began. */
  #moves: readonly Move[] = []

  constructor(
    nodes: ReadonlyMap<NodeId, unknown>,
    table: ReadonlyMap<string, NodeId>,
    profile: NetworkProfile,
  ) {
    this.#nodes = nodes
    this.#table = new Map(table)
    this.#latencyMin = profile.nameLatency === undefined ? profile.latencyMin : 0
    this.#latency = sampler(profile.nameLatency ?? profile.latency)
  }

  /** Lets a name stand for a node (which need not exist) from now on. */
  set(name: string, node: NodeId): void {
    this.#table.set(name, node)
  }

  /** Forgets a name. */
  delete(name: string): void {
    this.#table.delete(name)
  }

  /** Looks a name up for a program. The answer is what is known now; it arrives after a while. */
  lookUp(process: Process, name: string): Promise<NodeId> {
    const { machine } = process
    const asked = machine.emit('resolve', { name })
    const answer = this.#answer(machine.node, name)
    const latency = this.#latencyMin + this.#latency.draw(machine.stream(`names/${machine.node}`))
    const wait = (latency + machine.departure - machine.simulation.now) as Duration
    return new Promise((resolve, reject) => {
      process.step(wait, asked, (cause) => {
        machine.emitInput('resolve-result', cause, { name, ...answer })
        if (!process.isAlive) return
        if ('address' in answer) resolve(answer.address)
        else reject(new NetError(answer.error, `look-up of "${name}"`))
      })
    })
  }

  /** Lets a node know a name (undefined: all) as it stands now, whatever changes. */
  freeze(node: NodeId, name: string | undefined, origin: FaultOrigin): Release {
    const frozen = new Map(this.#table)
    for (const move of this.#moves) frozen.set(move.name, move.node)
    return this.#trouble({ node, name, origin, frozen })
  }

  /** Lets a node's look-ups of a name (undefined: all) fail. */
  fail(node: NodeId, name: string | undefined, origin: FaultOrigin): Release {
    return this.#trouble({ node, name, origin, frozen: null })
  }

  /** Lets a name stand for a node, for all that know what is true now. */
  move(name: string, node: NodeId, origin: FaultOrigin): Release {
    const move = { name, node, origin }
    this.#moves = [...this.#moves, move]
    return () => {
      this.#moves = this.#moves.filter((other) => other !== move)
    }
  }

  /** Whether a node's look-ups of a name fail. */
  isFailing(node: NodeId, name: string): boolean {
    return this.#troublesOf(node, name).some(({ frozen }) => frozen === null)
  }

  #trouble(trouble: NamesTrouble): Release {
    this.#troubles = [...this.#troubles, trouble]
    return () => {
      this.#troubles = this.#troubles.filter((other) => other !== trouble)
    }
  }

  // Of several troubles that concern a look-up, a failing one counts before a stale one, and the oldest stale one.
  #answer(node: NodeId, name: string): Answer {
    const troubles = this.#troublesOf(node, name)
    const failing = troubles.find(({ frozen }) => frozen === null)
    if (failing !== undefined) {
      failing.origin.affected()
      return { error: 'EAI_AGAIN' }
    }
    const [stale] = troubles
    if (stale === undefined || stale.frozen === null) return this.#moved(name)
    const old = this.#find(name, stale.frozen)
    if (!isSame(old, this.#current(name))) stale.origin.affected()
    return old
  }

  /** The answer as it is now, for somebody who learns of it. */
  #moved(name: string): Answer {
    const current = this.#current(name)
    const move = this.#moveOf(name)
    if (move !== undefined && !isSame(current, this.#find(name, this.#table))) move.origin.affected()
    return current
  }

  #current(name: string): Answer {
    const move = this.#moveOf(name)
    return this.#find(name, move === undefined ? this.#table : new Map([[name, move.node]]))
  }

  #moveOf(name: string): Move | undefined {
    return this.#moves.findLast((move) => move.name === name)
  }

  #troublesOf(node: NodeId, name: string): readonly NamesTrouble[] {
    return this.#troubles.filter(
      (trouble) => trouble.node === node && (trouble.name === undefined || trouble.name === name),
    )
  }

  #find(name: string, table: ReadonlyMap<string, NodeId>): Answer {
    const address = this.#nodes.has(name) ? name : table.get(name)
    return address === undefined ? { error: 'ENOTFOUND' } : { address }
  }
}

function isSame(a: Answer, b: Answer): boolean {
  return 'address' in a ? 'address' in b && a.address === b.address : 'error' in b
}
