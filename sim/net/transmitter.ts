// The sending side of a link with limited bandwidth: one thing after the other goes onto the line, the rest queues.
// When the limit changes, what queues goes on at the new pace.

import type { FaultOrigin } from '../faults/index.ts'
import type { PendingId, Simulation } from '../kernel/index.ts'
import type { Instant } from '../time.ts'

const nsPerSecond = 1_000_000_000

/** A limit of bandwidth. */
export interface Throttle {
  readonly bytesPerSecond: number
  /** How many bytes may wait behind what is on the line. */
  readonly queueMax: number
  /** The fault behind it; null when the profile is. */
  readonly origin: FaultOrigin | null
}

/** Something that waits for the line, and what happens when its last byte is on it. */
interface Queued {
  readonly size: number
  readonly leave: () => void
}

/** Sends one thing after the other at the pace of the narrowest limit. */
export class Transmitter {
  readonly #simulation: Simulation
  #throttle: Throttle | null = null
  #onLine: Queued | null = null
  #doneAt = 0
  #pending: PendingId = 0
  #queue: Queued[] = []
  #head = 0
  #queuedBytes = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** The limit in force; null when there is none. */
  get throttle(): Throttle | null {
    return this.#throttle
  }

  /** Takes something to be sent, and calls `leave` when it has left; false when the queue is full. */
  take(size: number, leave: () => void): boolean {
    const throttle = this.#throttle
    if (throttle === null) leave()
    else if (this.#onLine === null) this.#send({ size, leave }, size, throttle)
    else {
      if (this.#queuedBytes + size > throttle.queueMax) return false
      this.#queue.push({ size, leave })
      this.#queuedBytes += size
    }
    return true
  }

  /** Changes the limit; null lifts it, and everything that waits leaves at once. */
  limit(throttle: Throttle | null): void {
    const before = this.#throttle
    this.#throttle = throttle
    const queued = this.#onLine
    if (queued === null || before === null) return
    this.#simulation.cancel(this.#pending)
    const left = ((this.#doneAt - this.#simulation.now) * before.bytesPerSecond) / nsPerSecond
    if (throttle === null) this.#flush()
    else this.#send(queued, left, throttle)
  }

  #send(queued: Queued, bytes: number, throttle: Throttle): void {
    this.#onLine = queued
    this.#doneAt = this.#simulation.now + Math.ceil((bytes * nsPerSecond) / throttle.bytesPerSecond)
    const at = this.#doneAt as Instant
    this.#pending = this.#simulation.schedule(at, lineFree, this, undefined, 0, this.#simulation.log.cause)
  }

  #flush(): void {
    for (let next = this.#onLine; next !== null; next = this.#next()) next.leave()
    this.#onLine = null
  }

  /** The last byte is on the line. */
  done(): void {
    const left = this.#onLine
    const throttle = this.#throttle
    this.#onLine = null
    const next = this.#next()
    if (next !== null && throttle !== null) this.#send(next, next.size, throttle)
    left?.leave()
  }

  #next(): Queued | null {
    const next = this.#queue[this.#head]
    if (next === undefined) {
      this.#queue = []
      this.#head = 0
      return null
    }
    this.#head++
    if (this.#head === 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    this.#queuedBytes -= next.size
    return next
  }
}

function lineFree(transmitter: Transmitter): void {
  transmitter.done()
}

/** The narrowest of several limits; null when there is none. */
export function narrowest(throttles: readonly Throttle[]): Throttle | null {
  let least: Throttle | null = null
  for (const throttle of throttles)
    if (least === null || throttle.bytesPerSecond < least.bytesPerSecond) least = throttle
  return least
}
