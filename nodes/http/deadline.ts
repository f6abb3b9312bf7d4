// A timer for what must be over by an instant, and for the phases of it that have limits of their own.

import type { Duration, Env, Instant } from '../../sim/index.ts'
import { LazyTimer } from '../transport/index.ts'

/** Watches over one exchange. */
export class Deadline {
  readonly #clock: Env['clock']
  readonly #whole: Instant
  readonly #onDue: (what: string) => void
  readonly #timer: LazyTimer
  #phase: { readonly what: string; readonly due: number } = { what: '', due: Number.MAX_SAFE_INTEGER }
  #isOver = false

  /** Calls `onDue` once, with what took too long, unless `cancel` comes first. */
  constructor(env: Env, whole: Instant, onDue: (what: string) => void) {
    this.#clock = env.clock
    this.#whole = whole
    this.#onDue = onDue
    this.#timer = new LazyTimer(env, () => {
      this.#look()
    })
    this.#arm()
  }

  /** A phase begins, which may take so long. */
  begin(what: string, wait: Duration): void {
    this.#phase = { what, due: this.#clock.monotonic() + wait }
    this.#arm()
  }

  /** The phase is over. */
  pause(): void {
    this.#phase = { what: '', due: Number.MAX_SAFE_INTEGER }
  }

  cancel(): void {
    this.#isOver = true
    this.#timer.cancel()
  }

  #arm(): void {
    if (!this.#isOver) this.#timer.armBy(Math.min(this.#whole, this.#phase.due) as Instant)
  }

  #look(): void {
    const now = this.#clock.monotonic()
    const late = now >= this.#whole ? 'the whole request' : now >= this.#phase.due ? this.#phase.what : null
    if (late === null) return this.#arm()
    this.#isOver = true
    this.#onDue(late)
  }
}
