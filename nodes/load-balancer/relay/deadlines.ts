// Deadlines of many things at once, on one timer: most are over long before they are due, and a timer for each would cost more
// than what it watches.

import { type Entry, Roster } from './roster.ts'
import type { Duration, Env, Instant } from '../../../sim/index.ts'
import { LazyTimer } from '../../transport/index.ts'

/** Something that must not take for ever. */
export interface Watched {
  /** It has so long from now on. */
  within(wait: Duration): void
  /** It is over. */
  end(): void
}

/** Watches over what has deadlines. A handler is called once. */
export class Deadlines {
  readonly #clock: Env['clock']
  readonly #timer: LazyTimer
  readonly #watches = new Roster<Watch>()

  constructor(env: Pick<Env, 'clock' | 'timers'>) {
    this.#clock = env.clock
    this.#timer = new LazyTimer(env, () => {
      this.#look()
    })
  }

  /** Calls `onDue` unless it is over, or has been given more time, by then. */
  watch(wait: Duration, onDue: () => void): Watched {
    const watch = new Watch(this, onDue)
    watch.entry = this.#watches.add(watch)
    watch.within(wait)
    return watch
  }

  /** When something is due that has so long from now on. For what is watched. */
  dueAfter(wait: Duration): number {
    const due = this.#clock.monotonic() + wait
    this.#timer.armBy(due as Instant)
    return due
  }

  /** It is watched no more. For what is watched. */
  forget(entry: Entry<Watch>): void {
    this.#watches.remove(entry)
  }

  #look(): void {
    const now = this.#clock.monotonic()
    let next = Number.MAX_SAFE_INTEGER
    for (const entry of this.#watches.entries()) {
      const { due, onDue } = entry.value
      if (!entry.isIn) continue
      if (due > now) next = Math.min(next, due)
      else {
        this.#watches.remove(entry)
        onDue()
      }
    }
    this.#timer.armBy(next as Instant)
  }
}

class Watch implements Watched {
  readonly onDue: () => void
  readonly #deadlines: Deadlines
  due = 0
  entry: Entry<Watch> | null = null

  constructor(deadlines: Deadlines, onDue: () => void) {
    this.#deadlines = deadlines
    this.onDue = onDue
  }

  within(wait: Duration): void {
    this.due = this.#deadlines.dueAfter(wait)
  }

  end(): void {
    if (this.entry !== null) this.#deadlines.forget(this.entry)
  }
}
