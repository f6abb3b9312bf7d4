// What programs publish of their state, so that states of the world can be told apart. The contract:
//
//     env.probe('state', value)     what the program would go on from: all of its memory that decides what it does next,
//                                   published in its first step and whenever it changes
//     env.probe('durable', value)   what it would find on its disk after a crash; needed of a program that uses its disk
//
// The last value counts. `state` is forgotten when the incarnation ends, `durable` stays. Two states of the world in which
// all nodes have published the same, the same messages are in flight and the same timers set, are taken for one: what a
// program keeps to itself the search cannot see. Records have to be written with their keys in one order.

import type { Data } from '../../data.ts'
import type { NodeId } from '../../event.ts'
import type { EventLog } from '../../log/index.ts'

const stateProbe = 'state'
const durableProbe = 'durable'

/** Whether a probe of this name publishes the state of its program. */
export function isStateProbe(name: string): boolean {
  return name === stateProbe || name === durableProbe
}

/** What the nodes of one path have published. */
export class Published {
  readonly #states = new Map<NodeId, Data>()
  readonly #durables = new Map<NodeId, Data>()
  /** Nodes that have used their disk. */
  readonly disks: Set<NodeId> = new Set()
  /** Whether something is on its way that is part of no state: bytes of streams and datagrams. */
  hasBytes = false

  constructor(log: EventLog) {
    log.subscribe('probe', ({ node, name, value }) => {
      if (name === stateProbe) this.#states.set(node, value)
      if (name === durableProbe) this.#durables.set(node, value)
    })
    log.subscribe('start', ({ node }) => {
      this.#states.delete(node)
    })
    log.subscribe('disk-request', ({ node }) => {
      this.disks.add(node)
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

  /** What a node has published of its disk; undefined when nothing. */
  durableOf(node: NodeId): Data | undefined {
    return this.#durables.get(node)
  }
}
