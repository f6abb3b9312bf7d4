// A timer for what must be over by an instant, and for the phases of it that have limits of their own.

import type { Duration, Env, Instant, Timer } from '../../sim/index.ts'

/** Watches over one exchange. */
export class Deadline {
  readonly #env: Env
  readonly #whole: Instant
  readonly #onDue: (what: string) => void
  #phase: { readonly what: string; readonly due: number } = { what: '', due: Number.MAX_SAFE_INTEGER }
  #timer: Timer | null = null
  #timerDue = Number.MAX_SAFE_INTEGER
  #isOver = false

  /** Calls `onDue` once, with what took too long, unless `cancel` comes first. */
  constructor(env: Env, whole: Instant, onDue: (what: string) => void) {
    this.#env = env
    this.#whole = whole
    this.#onDue = onDue
    this.#arm()
  }

  /** A phase begins, which may take so long. */
  begin(what: string, wait: Duration): void {
    this.#phase = { what, due: this.#env.clock.monotonic() + wait }
    this.#arm()
  }

  /** The phase is over. */
  pause(): void {
    this.#phase = { what: '', due: Number.MAX_SAFE_INTEGER }
  }

  cancel(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  #arm(): void {
    const due = Math.min(this.#whole, this.#phase.due)
    if (this.#isOver || due >= this.#timerDue) return
    this.#timer?.cancel()
    this.#timerDue = due
    const wait = Math.max(0, due - this.#env.clock.monotonic()) as Duration
    this.#timer = this.#env.timers.after(wait, () => {
      this.#timerDue = Number.MAX_SAFE_INTEGER
      this.#look()
    })
  }

  #look(): void {
    const now = this.#env.clock.monotonic()
    const late = now >= this.#whole ? 'the whole request' : now >= this.#phase.due ? this.#phase.what : null
    if (late === null) return this.#arm()
    this.#isOver = true
    this.#onDue(late)
  }
}
