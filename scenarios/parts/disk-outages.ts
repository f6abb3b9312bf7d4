// When a machine's disk was out of order, as the log tells it.

import type { Duration, EventOf, Fault, NodeId } from '../../sim/index.ts'

interface Outage {
  readonly fault: Fault
  readonly from: number
  to: number
}

/** The stretches of time in which one machine's disk was out of order. */
export class DiskOutages {
  readonly #node: NodeId
  readonly #recovery: Duration
  readonly #active = new Map<number, Outage>()
  readonly #all: Outage[] = []

  /** An outage lasts for `recovery` longer than its fault. */
  constructor(node: NodeId, recovery: Duration) {
    this.#node = node
    this.#recovery = recovery
  }

  /** The faults of the disk that hold now, with when they began. */
  get active(): readonly Outage[] {
    return [...this.#active.values()]
  }

  /** Takes the next event. */
  take(event: EventOf<'fault-begin'> | EventOf<'fault-end'>): void {
    if (event.kind === 'fault-end') {
      const ended = this.#active.get(event.index)
      if (ended !== undefined) ended.to = event.at + this.#recovery
      this.#active.delete(event.index)
      return
    }
    const { fault } = event
    if (!isOfDisk(fault) || !('node' in fault) || fault.node !== this.#node) return
    const outage = { fault, from: event.at, to: Infinity }
    this.#active.set(event.index, outage)
    this.#all.push(outage)
  }

  /** How much of a stretch of time the disk was out of order. */
  within(from: number, to: number): number {
    let sum = 0
    let done = from
    for (const outage of this.#all) {
      const begin = Math.max(done, outage.from)
      const end = Math.min(to, outage.to)
      if (end <= begin) continue
      sum += end - begin
      done = end
    }
    return sum
  }
}

function isOfDisk({ kind }: Fault): boolean {
  return kind.startsWith('disk-') || kind === 'fsync-failure'
}
