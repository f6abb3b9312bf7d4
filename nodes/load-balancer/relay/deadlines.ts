// Deadlines of many things at once, on one timer: most are over long before they are due, and a timer for each would cost more
// than what it watches.

import type { Duration, Env, Instant } from '../../../sim/index.ts'
import { LazyTimer } from '../../transport/index.ts'

/** Something that must not take for ever. */
export interface Watched {
  /** It has so long from now on. */
  within(wait: Duration): void
  /** It is over. */
  end(): void
}

interface Watch {
  due: number
  readonly onDue: () => void
}

/** Watches over what has deadlines. A handler is called once. */
export class Deadlines {
  readonly #clock: Env['clock']
  readonly #timer: LazyTimer
  readonly #watches = new Set<Watch>()

  constructor(env: Pick<Env, 'clock' | 'timers'>) {
    this.#clock = env.clock
    this.#timer = new LazyTimer(env, () => {
      this.#look()
    })
  }

  /** Calls `onDue` unless it is over, or has been given more time, by then. */
  watch(wait: Duration, onDue: () => void): Watched {
    const watch: Watch = { due: 0, onDue }
    this.#watches.add(watch)
    const within = (wait: Duration): void => {
      watch.due = this.#clock.monotonic() + wait
      this.#timer.armBy(watch.due as Instant)
    }
    within(wait)
    return {
      within,
      end: () => {
        this.#watches.delete(watch)
      },
    }
  }

  #look(): void {
    const now = this.#clock.monotonic()
    let next = Number.MAX_SAFE_INTEGER
    for (const watch of this.#watches) {
      if (watch.due > now) next = Math.min(next, watch.due)
      else {
        this.#watches.delete(watch)
        watch.onDue()
      }
    }
    this.#timer.armBy(next as Instant)
  }
}
