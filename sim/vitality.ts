// Who is alive, and since when a whole group is not: a run in which nobody lives shows nothing, whatever held meanwhile.

import type { Event, EventKind, NodeId } from './event.ts'
import type { Topology } from './faults/index.ts'
import type { NodeState } from './node/index.ts'
import { type Instant, instantZero } from './time.ts'

/** A group of which nobody is up (or the whole world), and since when. */
export interface DeadGroup {
  readonly group: string
  readonly since: Instant
}

/** Watches the nodes of a run. */
export class Vitality {
  /** What it has to be told of. */
  readonly kinds: readonly EventKind[] = ['crash', 'stop', 'exit']
  readonly #topology: Topology
  readonly #stateOf: (node: NodeId) => NodeState | undefined
  readonly #wentDown = new Map<NodeId, Instant>()

  constructor(topology: Topology, stateOf: (node: NodeId) => NodeState | undefined) {
    this.#topology = topology
    this.#stateOf = stateOf
  }

  /** An incarnation has ended. */
  note({ node, at }: Event): void {
    this.#wentDown.set(node, at)
  }

  /** Whom nobody lives of now; null when there is none. Groups that need no quorum (clients) may all be gone. */
  dead(): DeadGroup | null {
    const { nodes, groups } = this.#topology
    if (!nodes.some(this.#isAlive)) return this.#deadSince('the world', nodes)
    const dead = groups.find((group) => group.quorum !== 0 && !group.nodes.some(this.#isAlive))
    return dead === undefined ? null : this.#deadSince(dead.name, dead.nodes)
  }

  // Whoever has finished on purpose is not dead.
  readonly #isAlive = (node: NodeId): boolean => {
    const state = this.#stateOf(node)
    return state !== 'down' && state !== undefined
  }

  #deadSince(group: string, nodes: readonly NodeId[]): DeadGroup {
    const last = nodes.reduce((latest, node) => Math.max(latest, this.#wentDown.get(node) ?? 0), 0)
    return { group, since: Math.max(instantZero, last) as Instant }
  }
}
