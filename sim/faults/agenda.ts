// What a fault driver has to do and when. It wakes the kernel once for each instant, so that the order of what happens at
// one instant is settled here, whatever strategy orders the other events: ends before begins, then first-in.

import type { FaultHost } from './controls.ts'
import type { Scheduled } from '../node/index.ts'
import type { Instant } from '../time.ts'

interface Entry {
  readonly at: Instant
  readonly isEnd: boolean
  readonly order: number
  readonly act: () => void
}

/** The agenda of a fault driver. */
export class Agenda {
  readonly #host: FaultHost
  /** The next entry is the last one. */
  readonly #entries: Entry[] = []
  #added = 0
  #wake: { readonly at: Instant; readonly scheduled: Scheduled } | null = null

  constructor(host: FaultHost) {
    this.#host = host
  }

  /** Enters an action for an instant, not before now. */
  add(at: Instant, kind: 'begin' | 'end', act: () => void): void {
    const entry = { at, isEnd: kind === 'end', order: this.#added++, act }
    this.#entries.splice(this.#placeOf(entry), 0, entry)
    this.#scheduleWake()
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.length = 0
    this.#wake?.scheduled.cancel()
    this.#wake = null
  }

  #runDue(): void {
    this.#wake = null
    const now = this.#host.now()
    for (let next = this.#entries.at(-1); next !== undefined && next.at <= now; next = this.#entries.at(-1)) {
      this.#entries.pop()
      next.act()
    }
    this.#scheduleWake()
  }

  #scheduleWake(): void {
    const next = this.#entries.at(-1)
    if (next === undefined || (this.#wake !== null && this.#wake.at <= next.at)) return
    this.#wake?.scheduled.cancel()
    const scheduled = this.#host.schedule(next.at, () => {
      this.#runDue()
    })
    this.#wake = { at: next.at, scheduled }
  }

  /** Binary search for the place that keeps the entries in falling order. */
  #placeOf(entry: Entry): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#entries[middle]
      if (other !== undefined && isBefore(entry, other)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.at !== b.at) return a.at < b.at
  if (a.isEnd !== b.isEnd) return a.isEnd
  return a.order < b.order
}
