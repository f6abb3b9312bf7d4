// What programs publish of their state, so that states of the world can be told apart. The contract:
//
//     env.probe('state', value)
//
// with what the program would go on from: all of its memory that decides what it does next, published in its first step and
// whenever it changes. The last value counts; it is forgotten when the incarnation ends. Two states of the world are taken
// for one when all nodes have published the same and asked the same of their disks since, their disks hold the same, the
// same messages are in flight and the same timers set: what a program keeps to itself the search cannot see. Records have
// to be written with their keys in one order.

import type { Data } from '../../data.ts'
import type { NodeId } from '../../event.ts'
import type { EventLog } from '../../log/index.ts'

/** The name of the probe. */
export const stateProbe = 'state'

/** What the nodes of one path have published. */
export class Published {
  readonly #states = new Map<NodeId, Data>()
  /** How far a program is that waits for its disk, step by step, without publishing anything between. */
  readonly #asked = new Map<NodeId, string>()
  /** Nodes that have used their disk. */
  readonly disks: Set<NodeId> = new Set()
  /** Whether something is on its way that is part of no state: bytes of streams and datagrams. */
  hasBytes = false

  constructor(log: EventLog) {
    log.subscribe('probe', ({ node, name, value }) => {
      if (name !== stateProbe) return
      this.#states.set(node, value)
      this.#asked.delete(node)
    })
    log.subscribe('start', ({ node }) => {
      this.#states.delete(node)
      this.#asked.delete(node)
    })
    log.subscribe('disk-request', ({ node, seq: _seq, at: _at, cause: _cause, ...request }) => {
      this.disks.add(node)
      this.#asked.set(node, this.askedOf(node) + JSON.stringify(request))
    })
    for (const kind of ['connect', 'stream-write', 'datagram-send'] as const)
      log.subscribe(kind, () => {
        this.hasBytes = true
      })
  }

  /** What a node that is up has published last; undefined when nothing. */
  stateOf(node: NodeId): Data | undefined {
    return this.#states.get(node)
  }

  /** What a node has asked of its disk since it published its state. */
  askedOf(node: NodeId): string {
    return this.#asked.get(node) ?? ''
  }
}
