// Being asked to stop: the first signal lets long work end in order and keep what it has; a second one ends it.

import { onAskedToStop } from './asked-to-stop.ts'

const interrupted = 130

/** Watches for signals until `end`. */
export class Interruption {
  /** Whether somebody has asked. */
  isAsked = false
  readonly #end = onAskedToStop(() => {
    if (this.isAsked) process.exit(interrupted)
    this.isAsked = true
  })

  /** Signals mean again what they usually do. */
  end(): void {
    this.#end()
  }
}
