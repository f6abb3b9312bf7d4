// Vector clocks of the events of a run (Fidge 1988, Mattern 1989), which agree with the causal graph: an event happened
// before another exactly when its clock is less. Only events that are counted tick; others hand on what they know, so that
// the clocks of a part of a run are those of the whole, thinned out.
//
// An event's clock is kept as the clock that its node had when it last learned something from elsewhere, and the node's own
// count since: what is kept of an event is 8 bytes, and a clock for each time that a node learns.

import type { Event, NodeId } from '../../sim/index.ts'

/** A node's place and what it knows. */
interface Host {
  readonly index: number
  readonly name: NodeId
  /** What it knows of all nodes; its own entry is `ticks`. */
  known: Uint32Array
  ticks: number
}

const capacityMin = 1024

/** Takes the events of a run in order. */
export class VectorClocks {
  readonly #hosts: Host[] = []
  readonly #hostOf = new Map<NodeId, Host>()
  /** By seq: the place of its clock in `#clocks`, and the node's own count then. */
  #clockOf = new Uint32Array(capacityMin)
  #ticksOf = new Uint32Array(capacityMin)
  readonly #clocks: { readonly host: number; readonly known: Uint32Array }[] = [
    { host: -1, known: new Uint32Array(0) },
  ]
  readonly #clockOfHost: number[] = []

  /** Takes an event; its clock is that of its node until the node's next event. `isCounted`: it ticks. */
  add(event: Event, isCounted: boolean): void {
    const { seq, cause, node } = event
    if (seq >= this.#clockOf.length) this.#grow(seq)
    if (node === '') return this.#addOfWorld(seq, cause)
    const host = this.#hostOf.get(node) ?? this.#addHost(node)
    this.#learn(host, cause)
    if (isCounted) host.ticks++
    this.#clockOf[seq] = this.#clockOfHost[host.index] ?? 0
    this.#ticksOf[seq] = host.ticks
  }

  /** The clock of a node after its last event: how many counted events of each node it follows from, itself included. */
  *of(node: NodeId): Generator<readonly [node: NodeId, count: number]> {
    const own = this.#hostOf.get(node)
    if (own === undefined) return
    for (const host of this.#hosts) {
      const count = host === own ? own.ticks : (own.known[host.index] ?? 0)
      if (count > 0) yield [host.name, count]
    }
  }

  /** The world's events do not follow from one another unless one is the other's cause: each knows what its cause knew. */
  #addOfWorld(seq: number, cause: number): void {
    this.#clockOf[seq] = this.#clockOf[cause] ?? 0
    this.#ticksOf[seq] = this.#ticksOf[cause] ?? 0
  }

  #learn(host: Host, cause: number): void {
    const clock = this.#clocks[this.#clockOf[cause] ?? 0]
    if (clock === undefined || clock.host < 0 || clock.host === host.index) return
    const ticks = this.#ticksOf[cause] ?? 0
    if (!isNews(host, clock, ticks)) return
    const size = Math.max(host.known.length, clock.known.length, clock.host + 1)
    const known = new Uint32Array(size)
    known.set(host.known)
    for (const [index, count] of clock.known.entries()) known[index] = Math.max(known[index] ?? 0, count)
    known[clock.host] = Math.max(known[clock.host] ?? 0, ticks)
    known[host.index] = 0
    host.known = known
    this.#clockOfHost[host.index] = this.#clocks.push({ host: host.index, known }) - 1
  }

  #addHost(name: NodeId): Host {
    const host = { index: this.#hosts.length, name, known: new Uint32Array(0), ticks: 0 }
    this.#hosts.push(host)
    this.#hostOf.set(name, host)
    this.#clockOfHost.push(this.#clocks.push({ host: host.index, known: host.known }) - 1)
    return host
  }

  #grow(seq: number): void {
    const size = Math.max(seq + 1, this.#clockOf.length * 2)
    this.#clockOf = copied(this.#clockOf, size)
    this.#ticksOf = copied(this.#ticksOf, size)
  }
}

function isNews(
  host: Host,
  clock: { readonly host: number; readonly known: Uint32Array },
  ticks: number,
): boolean {
  if ((host.known[clock.host] ?? 0) < ticks) return true
  return clock.known.some((count, index) => index !== host.index && count > (host.known[index] ?? 0))
}

function copied(array: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size)
  larger.set(array)
  return larger
}
