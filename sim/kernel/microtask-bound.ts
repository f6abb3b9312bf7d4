// A bound on what one step may put into the microtask queue. V8 drains that queue until it is empty: a program that always
// awaits once more (`for (;;) await null`) would hang the process for ever, within a single step.

import { Session } from 'node:inspector'

/** Counts the promises, microtasks and ticks that a step makes, and ends the step when there are too many. */
export class MicrotaskBound {
  readonly max: number
  /** Whether a step has made too many: from then on nothing of the simulation may go on. */
  isReached = false
  #made = 0

  constructor(max: number) {
    this.max = max
  }

  /** Starts to count anew. */
  beginStep(): void {
    this.#made = 0
  }

  /** Counts one. Called from an async hook, which cannot throw: what is endless is ended by a microtask of its own. */
  count(): void {
    if (++this.#made <= this.max || this.isReached) return
    this.isReached = true
    void Promise.resolve().then(terminateMicrotasks)
  }
}

// Terminating JavaScript from within a microtask ends that microtask, and makes V8 forget all others. Who drains goes on:
// a termination reaches no further than the queue. Only the inspector offers that to a thread for itself.
function terminateMicrotasks(): void {
  const session = new Session()
  session.connect()
  session.post('Runtime.terminateExecution')
}
