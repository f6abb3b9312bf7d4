// The causal graph of a run: which events an event follows from. Two kinds of edges: to its cause, and to the event
// before it on the same node (program order). Kept as typed arrays, 9 bytes an event, so that a run of millions fits.
// Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System" (1978): these edges span happened-before.

import type { Event } from '../event.ts'

/** What a slice is cut down to. */
export interface SliceOptions {
  /** At most so many events, the given ones included. */
  readonly eventsMax: number
}

const capacityMin = 1024
const eventsMaxDefault = 40
/**
 * How much further away an event is along program order than along `cause`: of all that a node did before, what led to
 * the step at hand matters more than what merely came earlier.
 */
const causeDistance = 1
const orderDistance = 4
/** Why a timer was set tells less than what a message brought: a periodic timer leads back to the start of the run. */
const timerDistance = 6

/** Grows with `add`, which is to be called with every event of a run from the first on. */
export class CausalGraph {
  #causes = new Uint32Array(capacityMin)
  #previous = new Uint32Array(capacityMin)
  #isTimer = new Uint8Array(capacityMin)
  readonly #lastOfNode: number[] = []
  readonly #indexOfNode = new Map<string, number>()
  #count = 0

  /** How many events there are. */
  get length(): number {
    return this.#count
  }

  /** Adds the next event. */
  add(event: Event): void {
    const { seq, cause } = event
    if (seq !== this.#count + 1) throw new RangeError(`event ${seq} after event ${this.#count}`)
    if (cause >= seq) throw new RangeError(`event ${seq} has a cause that is not earlier: ${cause}`)
    if (seq >= this.#causes.length) this.#grow()
    const node = this.#nodeIndex(event.node)
    this.#causes[seq] = cause
    this.#isTimer[seq] = event.kind === 'timer-fire' ? 1 : 0
    // The world's events are no program: what one of them does does not follow from the one before.
    this.#previous[seq] = event.node === '' ? 0 : (this.#lastOfNode[node] as number)
    this.#lastOfNode[node] = seq
    this.#count = seq
  }

  /** The events that an event follows from directly: its cause, then the one before it on its node, if any. */
  causesOf(seq: number): readonly number[] {
    this.#check(seq)
    const cause = this.#causes[seq] as number
    const previous = this.#previous[seq] as number
    return [cause, previous].filter((other, place) => other > 0 && (place === 0 || other !== cause))
  }

  /** The chain of causes of an event, nearest first, without itself. */
  chain(seq: number): readonly number[] {
    this.#check(seq)
    const chain: number[] = []
    for (let cause = this.#causes[seq] as number; cause > 0; cause = this.#causes[cause] as number)
      chain.push(cause)
    return chain
  }

  /** Whether one event happened before another: there is a path of edges from the later back to the earlier. */
  precedes(earlier: number, later: number): boolean {
    this.#check(earlier)
    this.#check(later)
    const seen = new Set<number>([later])
    const open = [later]
    for (let seq = open.pop(); seq !== undefined; seq = open.pop()) {
      for (const cause of this.causesOf(seq)) {
        if (cause === earlier) return true
        if (cause < earlier || seen.has(cause)) continue
        seen.add(cause)
        open.push(cause)
      }
    }
    return false
  }

  /**
   * The part of the causal past of some events that is nearest to any of them, in the order of the log, themselves included.
   * Near is what few edges lead to; an edge of program order counts as four of `cause`, one from a timer to its setting as six.
   */
  slice(
    seqs: number | readonly number[],
    options: SliceOptions = { eventsMax: eventsMaxDefault },
  ): readonly number[] {
    const from = typeof seqs === 'number' ? [seqs] : [...seqs]
    for (const seq of from) this.#check(seq)
    const rings: number[][] = [from]
    const taken = new Set<number>()
    for (let distance = 0; distance < rings.length && taken.size < options.eventsMax; distance++) {
      const ring = (rings[distance] ?? []).toSorted((a, b) => b - a)
      rings[distance] = []
      for (const member of ring) {
        if (taken.has(member) || taken.size >= options.eventsMax) continue
        taken.add(member)
        this.#reach(rings, distance, member)
      }
    }
    return [...taken].toSorted((a, b) => a - b)
  }

  #reach(rings: number[][], distance: number, seq: number): void {
    const cause = this.#causes[seq] as number
    const previous = this.#previous[seq] as number
    const near = this.#isTimer[seq] === 1 ? timerDistance : causeDistance
    if (cause > 0) (rings[distance + near] ??= []).push(cause)
    if (previous > 0 && previous !== cause) (rings[distance + orderDistance] ??= []).push(previous)
  }

  #check(seq: number): void {
    if (!Number.isInteger(seq) || seq < 1 || seq > this.#count)
      throw new RangeError(`event ${seq}: wanted a seq from 1 to ${this.#count}`)
  }

  #nodeIndex(node: string): number {
    const known = this.#indexOfNode.get(node)
    if (known !== undefined) return known
    this.#lastOfNode.push(0)
    this.#indexOfNode.set(node, this.#lastOfNode.length - 1)
    return this.#lastOfNode.length - 1
  }

  #grow(): void {
    this.#causes = doubled(this.#causes, new Uint32Array(this.#causes.length * 2))
    this.#previous = doubled(this.#previous, new Uint32Array(this.#previous.length * 2))
    this.#isTimer = doubled(this.#isTimer, new Uint8Array(this.#isTimer.length * 2))
  }
}

function doubled<T extends Uint32Array | Uint8Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}
