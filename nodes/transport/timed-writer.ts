// Writes to a peer that has to read: one that reads nothing holds what was made for it, and is let go.

import { LazyTimer } from './lazy-timer.ts'
import type { Connection, Duration, Env, Instant, StreamEncoding } from '../../sim/index.ts'

const left = Promise.resolve()

/** Writes to one connection, and resets it when the peer takes nothing for too long. */
export class TimedWriter {
  readonly #clock: Env['clock']
  readonly #connection: Connection
  readonly #timeout: Duration
  readonly #timer: LazyTimer
  #waiting = 0
  /** Since when the writes that wait have waited in vain. */
  #since: Instant | null = null

  constructor(env: Env, connection: Connection, timeout: Duration) {
    this.#clock = env.clock
    this.#connection = connection
    this.#timeout = timeout
    this.#timer = new LazyTimer(env, () => {
      this.#look()
    })
  }

  /** Writes as `Connection.write` does. Rejects as `Connection.write` does: with ECONNRESET, say, when the peer read nothing for the time-out. */
  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> {
    const now = this.#clock.monotonic()
    this.#timer.armBy((now + this.#timeout) as Instant)
    const leaving = this.#connection.send(bytes, encoding)
    return leaving === null ? left : this.#wait(leaving, now)
  }

  async #wait(leaving: Promise<void>, now: Instant): Promise<void> {
    this.#waiting++
    this.#since ??= now
    try {
      await leaving
    } finally {
      this.#since = --this.#waiting === 0 ? null : this.#clock.monotonic()
    }
  }

  #look(): void {
    if (this.#since === null) return
    const due = (this.#since + this.#timeout) as Instant
    if (this.#clock.monotonic() >= due) this.#connection.reset()
    else this.#timer.armBy(due)
  }
}
