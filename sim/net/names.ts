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

/** The answer to a look-up. */
type Answer = { readonly address: NodeId } | { readonly error: 'ENOTFOUND' | 'EAI_AGAIN' }

/** The name service of a network. Every node's own name stands for that node. */
export class Names {
  readonly #nodes: ReadonlyMap<NodeId, unknown>
  readonly #table: Map<string, NodeId>
  readonly #latencyMin: number
  readonly #latency: Sampler
  #troubles: readonly NamesTrouble[] = []

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
    return this.#trouble({ node, name, origin, frozen: new Map(this.#table) })
  }

  /** Lets a node's look-ups of a name (undefined: all) fail. */
  fail(node: NodeId, name: string | undefined, origin: FaultOrigin): Release {
    return this.#trouble({ node, name, origin, frozen: null })
  }

  #trouble(trouble: NamesTrouble): Release {
    this.#troubles = [...this.#troubles, trouble]
    return () => {
      this.#troubles = this.#troubles.filter((other) => other !== trouble)
    }
  }

  // Of several troubles that concern a look-up, a failing one counts before a stale one, and the oldest stale one.
  #answer(node: NodeId, name: string): Answer {
    const troubles = this.#troubles.filter(
      (trouble) => trouble.node === node && (trouble.name === undefined || trouble.name === name),
    )
    const failing = troubles.find(({ frozen }) => frozen === null)
    if (failing !== undefined) {
      failing.origin.affected()
      return { error: 'EAI_AGAIN' }
    }
    const current = this.#find(name, this.#table)
    const [stale] = troubles
    if (stale === undefined || stale.frozen === null) return current
    const old = this.#find(name, stale.frozen)
    if (!isSame(old, current)) stale.origin.affected()
    return old
  }

  #find(name: string, table: ReadonlyMap<string, NodeId>): Answer {
    const address = this.#nodes.has(name) ? name : table.get(name)
    return address === undefined ? { error: 'ENOTFOUND' } : { address }
  }
}

function isSame(a: Answer, b: Answer): boolean {
  return 'address' in a ? 'address' in b && a.address === b.address : 'error' in b
}
