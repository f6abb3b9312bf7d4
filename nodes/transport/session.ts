// One accepted connection, read by one who must not wait for ever and must hear that the server drains.

import { LazyTimer } from './lazy-timer.ts'
import type { Connection, Duration, Env, Instant } from '../../sim/index.ts'

/** Why there was nothing more to read. */
export type SessionEnd = 'peer' | 'idle' | 'draining'

interface Reader {
  /** Whether it waits between what peers send. */
  readonly isStoppable: boolean
  readonly resolve: (bytes: Uint8Array | null) => void
  readonly reject: (error: unknown) => void
}

/** One accepted connection. */
export class Session {
  /** From 1, in the order in which connections were accepted. */
  readonly id: number
  readonly connection: Connection
  /** Aborted when the server drains: finish what is begun, then end. */
  readonly draining: AbortSignal
  readonly #clock: Env['clock']
  readonly #idle: LazyTimer
  #endedBy: SessionEnd | null = null
  #idleTimeout: Duration | null
  #readSince: Instant | null = null
  /** Whether something was asked of the connection and has not come. */
  #isComing = false
  /** What came when the reader who asked for it had been sent away. */
  #missed: Promise<Uint8Array | null> | null = null
  #reader: Reader | null = null

  constructor(
    env: Env,
    connection: Connection,
    about: { readonly id: number; readonly draining: AbortSignal; readonly idleTimeout: Duration | null },
  ) {
    this.id = about.id
    this.connection = connection
    this.draining = about.draining
    this.#clock = env.clock
    this.#idleTimeout = about.idleTimeout
    this.#idle = new LazyTimer(env, () => {
      this.#lookIdle()
    })
  }

  /** Why the last `read` returned null; null when it did not. */
  get endedBy(): SessionEnd | null {
    return this.#endedBy
  }

  /**
   * The next bytes. Null once the peer has ended its side, nothing came for the idle time-out, or the server drains (see
   * `endedBy`): what comes after that is not lost, `readOn` has it. One reader at a time. Rejects as `Connection.read` does.
   */
  read(): Promise<Uint8Array | null> {
    if (!this.draining.aborted) return this.#read(true)
    this.#endedBy = 'draining'
    return Promise.resolve(null)
  }

  /** The next bytes, even though the server drains: for the rest of what the peer has begun to send. */
  readOn(): Promise<Uint8Array | null> {
    return this.#read(false)
  }

  /** Sets how long this session may read nothing from now on; null for ever. */
  setIdleTimeout(wait: Duration | null): void {
    this.#idleTimeout = wait
    if (this.#reader !== null) this.#watch()
  }

  /** Sends a reader away that waits between what peers send. For the server. */
  interrupt(): void {
    if (this.#reader?.isStoppable === true) this.#sendAway('draining')
  }

  #read(isStoppable: boolean): Promise<Uint8Array | null> {
    if (this.#reader !== null) throw new Error('a session has one reader at a time')
    this.#endedBy = null
    if (this.#missed !== null) return this.#takeMissed(this.#missed)
    if (!this.#isComing) this.#ask()
    return new Promise((resolve, reject) => {
      this.#reader = { isStoppable, resolve, reject }
      this.#watch()
    })
  }

  #ask(): void {
    this.#isComing = true
    const coming = this.connection.read()
    const take = (bytes: Uint8Array | null): void => {
      this.#isComing = false
      if (this.#reader === null) this.#missed = coming
      else {
        if (bytes === null) this.#endedBy = 'peer'
        this.#leave().resolve(bytes)
      }
    }
    const fail = (error: unknown): void => {
      this.#isComing = false
      // One who was sent away does not hear of it; the next reader does.
      if (this.#reader === null) this.#missed = coming
      else this.#leave().reject(error)
    }
    // Not awaited: each chunk of each connection comes by here, and a promise more shows.
    coming.then(take, fail)
  }

  async #takeMissed(missed: Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    this.#missed = null
    const bytes = await missed
    if (bytes === null) this.#endedBy = 'peer'
    return bytes
  }

  #sendAway(why: SessionEnd): void {
    this.#endedBy = why
    this.#leave().resolve(null)
  }

  #leave(): Reader {
    const reader = this.#reader
    if (reader === null) throw new Error('nobody reads')
    this.#reader = null
    this.#readSince = null
    return reader
  }

  #watch(): void {
    if (this.#idleTimeout === null) return
    this.#readSince ??= this.#clock.monotonic()
    this.#idle.armBy((this.#readSince + this.#idleTimeout) as Instant)
  }

  #lookIdle(): void {
    if (this.#reader === null || this.#idleTimeout === null || this.#readSince === null) return
    if (this.#clock.monotonic() >= this.#readSince + this.#idleTimeout) this.#sendAway('idle')
    else this.#watch()
  }
}
