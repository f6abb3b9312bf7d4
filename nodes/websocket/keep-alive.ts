// Whether a silent peer is still there: it is asked by pings (RFC 6455, section 5.5.2), and given up when nothing at all comes.

import { between, type Duration, type Env, type Instant, scale, type Timer } from '../../sim/index.ts'

/** When a peer is asked, and when it is given up. */
export interface KeepAliveOptions {
  /** How often the peer is asked. */
  readonly every: Duration
  /** How long nothing may come (default: twice as long as `every`). */
  readonly within?: Duration
}

/** What is done. */
interface KeepAliveActions {
  readonly ask: () => void
  readonly giveUp: () => void
}

/** Watches one connection. */
export class KeepAlive {
  /** Whether anything is being read: while it is not, silence says nothing about the peer. */
  isReading = false
  readonly #env: Env
  readonly #timer: Timer | null
  readonly #within: Duration | null
  readonly #actions: KeepAliveActions
  #heardAt: Instant

  constructor(env: Env, options: KeepAliveOptions | null, actions: KeepAliveActions) {
    this.#env = env
    this.#heardAt = env.clock.monotonic()
    this.#actions = actions
    this.#within = options === null ? null : (options.within ?? scale(options.every, 2))
    this.#timer =
      options === null
        ? null
        : env.timers.every(options.every, () => {
            this.#look()
          })
  }

  /** Something came. */
  heard(): void {
    this.#heardAt = this.#env.clock.monotonic()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #look(): void {
    if (!this.isReading) this.heard()
    const silence = between(this.#heardAt, this.#env.clock.monotonic())
    if (this.#within !== null && silence > this.#within) this.#actions.giveUp()
    else this.#actions.ask()
  }
}
