// Vector clocks of the events of a run (Fidge 1988, Mattern 1989), which agree with the causal graph: an event happened
// before another exactly when its clock is less. Only events that are counted tick; others hand on what they know, so that
// the clocks of a part of a run are those of the whole, thinned out.
//
// An event's clock is kept as the clock that its node had when it last learned something from elsewhere, and the node's own
// count since: what is kept of an event is 8 bytes, and 4 for each node whenever one learns something.

import type { Event, NodeId } from '../../sim/index.ts'

/** A node, and what it knows. */
interface Host {
  readonly index: number
  readonly name: NodeId
  /** Where what it knows of others begins. */
  clock: number
  /** How many of its own events were counted. */
  ticks: number
}

const capacityMin = 1024
/** A clock begins with whose it is and how many counts follow, one a node in the order of the nodes. */
const headLength = 2

/** Takes the events of a run in order. */
export class VectorClocks {
  readonly #hosts: Host[] = []
  readonly #hostOf = new Map<NodeId, Host>()
  /** By seq: where the clock begins, and the node's own count then. */
  #clockOf = new Uint32Array(capacityMin)
  #ticksOf = new Uint32Array(capacityMin)
  /** All clocks one after the other; none begins at 0. */
  #clocks = new Uint32Array(capacityMin)
  #length = 1

  /** Takes the next event; the clock of its node is the event's until the node's next one. `isCounted`: it ticks. */
  add(event: Event, isCounted: boolean): void {
    const { seq, cause, node } = event
    if (seq >= this.#clockOf.length) this.#growSeqs(seq)
    if (node === '') return this.#addOfWorld(seq, cause)
    const host = this.#hostOf.get(node) ?? this.#addHost(node)
    this.#learn(host, cause)
    if (isCounted) host.ticks++
    this.#clockOf[seq] = host.clock
    this.#ticksOf[seq] = host.ticks
  }

  /** How many events of a node were counted. */
  ticksOf(node: NodeId): number {
    return this.#hostOf.get(node)?.ticks ?? 0
  }

  /** A number that changes whenever a node learns something of others. */
  knowledgeOf(node: NodeId): number {
    return this.#hostOf.get(node)?.clock ?? 0
  }

  /** What a node knows of others: how many counted events of each its last event follows from, without those of none. */
  *othersOf(node: NodeId): Generator<readonly [node: NodeId, count: number]> {
    const own = this.#hostOf.get(node)
    for (const host of this.#hosts) {
      const count = own === undefined || host === own ? 0 : this.#count(own.clock, host.index)
      if (count > 0) yield [host.name, count]
    }
  }

  /** The world's events do not follow from one another unless one is the other's cause: each knows what its cause knew. */
  #addOfWorld(seq: number, cause: number): void {
    this.#clockOf[seq] = this.#clockOf[cause] ?? 0
    this.#ticksOf[seq] = this.#ticksOf[cause] ?? 0
  }

  #learn(host: Host, cause: number): void {
    const clock = this.#clockOf[cause] ?? 0
    const source = this.#clocks[clock] ?? 0
    if (clock === 0 || source === host.index) return
    const ticks = this.#ticksOf[cause] ?? 0
    const size = this.#hosts.length
    if (!this.#isNews(host, clock, ticks)) return
    const merged = this.#addClock(host.index, size)
    for (let index = 0; index < size; index++) {
      const told = index === source ? ticks : this.#count(clock, index)
      const count = index === host.index ? 0 : Math.max(told, this.#count(host.clock, index))
      this.#clocks[merged + headLength + index] = count
    }
    host.clock = merged
  }

  #isNews(host: Host, clock: number, ticks: number): boolean {
    if (this.#count(host.clock, this.#clocks[clock] ?? 0) < ticks) return true
    const size = this.#clocks[clock + 1] ?? 0
    for (let index = 0; index < size; index++)
      if (index !== host.index && this.#count(clock, index) > this.#count(host.clock, index)) return true
    return false
  }

  /** What a clock says of a node. */
  #count(clock: number, index: number): number {
    return index < (this.#clocks[clock + 1] ?? 0) ? (this.#clocks[clock + headLength + index] ?? 0) : 0
  }

  #addHost(name: NodeId): Host {
    const index = this.#hosts.length
    const host = { index, name, clock: this.#addClock(index, 0), ticks: 0 }
    this.#hosts.push(host)
    this.#hostOf.set(name, host)
    return host
  }

  #addClock(host: number, size: number): number {
    const clock = this.#length
    this.#length += headLength + size
    if (this.#length > this.#clocks.length) this.#clocks = larger(this.#clocks, this.#length)
    this.#clocks[clock] = host
    this.#clocks[clock + 1] = size
    return clock
  }

  #growSeqs(seq: number): void {
    this.#clockOf = larger(this.#clockOf, seq + 1)
    this.#ticksOf = larger(this.#ticksOf, seq + 1)
  }
}

function larger(array: Uint32Array, lengthMin: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(lengthMin, array.length * 2))
  copy.set(array)
  return copy
}
