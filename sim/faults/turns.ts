// What faults do within one step, one after the other: what a begin or an end triggers waits until that is through, so
// that faults which trigger each other grow a queue and not the stack, and no fault begins in the middle of another.

import type { FaultHost } from './controls.ts'

/** The turns of a fault driver. */
export class Turns {
  readonly #host: FaultHost
  #waiting: (() => void)[] = []
  #isTaken = false

  constructor(host: FaultHost) {
    this.#host = host
  }

  /** Acts now, and then whatever that led to; or later in the same step, when somebody is acting. */
  take(action: () => void): void {
    this.#waiting.push(action)
    if (this.#isTaken) return
    this.#isTaken = true
    try {
      this.#takeAll()
    } finally {
      this.#isTaken = false
      this.#waiting = []
    }
  }

  // The list grows while it is gone through. Faults that trigger each other without end are a livelock.
  #takeAll(): void {
    for (const action of this.#waiting) {
      if (!this.#host.countStep()) return
      action()
    }
  }
}
