// Being asked to stop: the first SIGINT or SIGTERM lets long work end in order and keep what it has; a second one ends it.

const interrupted = 130

/** Watches for signals until `end`. */
export class Interruption {
  /** Whether somebody has asked. */
  isAsked = false
  readonly #onSignal = (): void => {
    if (this.isAsked) process.exit(interrupted)
    this.isAsked = true
  }

  constructor() {
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
  }

  /** Signals mean again what they usually do. */
  end(): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
  }
}
