// Which client operations are called: in a swarm some functions are off, and a shrunk run leaves single calls out.

import type { NodeId } from './event.ts'
import type { Variation } from './variation.ts'

/** Answers each `env.admits` of one run. */
export class CallGate {
  readonly #off: ReadonlySet<string>
  readonly #calls: ReadonlyMap<NodeId, ReadonlySet<number>>
  readonly #asked = new Map<NodeId, number>()

  constructor({ operationsOff = [], calls = {} }: Variation) {
    this.#off = new Set(operationsOff)
    this.#calls = new Map(Object.entries(calls).map(([node, places]) => [node, new Set(places)]))
  }

  /** Whether a node is to make its next call, which is of this function. Counts the calls whatever the answer. */
  admits(node: NodeId, f: string): boolean {
    const place = this.#asked.get(node) ?? 0
    this.#asked.set(node, place + 1)
    return !this.#off.has(f) && (this.#calls.get(node)?.has(place) ?? true)
  }

  /** How many calls each node has asked for. */
  get asked(): ReadonlyMap<NodeId, number> {
    return this.#asked
  }
}
