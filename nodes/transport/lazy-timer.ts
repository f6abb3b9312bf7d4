// One timer for deadlines that keep moving: it is set again only for an earlier deadline, and looks again when it fires.

import type { Clock, Duration, Instant, Timer, Timers } from '../../sim/index.ts'

/** A timer that calls its handler by the deadline it was given last, or earlier. */
export class LazyTimer {
  readonly #timers: Timers
  readonly #clock: Clock
  readonly #handler: () => void
  #timer: Timer | null = null
  #due = Number.MAX_SAFE_INTEGER

  constructor(env: { readonly timers: Timers; readonly clock: Clock }, handler: () => void) {
    this.#timers = env.timers
    this.#clock = env.clock
    this.#handler = handler
  }

  /** Whether the handler will be called. */
  get isArmed(): boolean {
    return this.#timer !== null
  }

  /** Sees to it that the handler is called by an instant; the handler is to call this again with what comes next. */
  armBy(deadline: Instant): void {
    if (this.#due <= deadline || deadline === Number.MAX_SAFE_INTEGER) return
    this.#timer?.cancel()
    this.#due = deadline
    const wait = Math.max(0, deadline - this.#clock.monotonic()) as Duration
    this.#timer = this.#timers.after(wait, () => {
      this.#timer = null
      this.#due = Number.MAX_SAFE_INTEGER
      this.#handler()
    })
  }

  /** Forgets what it was armed for; it may be armed again. */
  cancel(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#due = Number.MAX_SAFE_INTEGER
  }
}
