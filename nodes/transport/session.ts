// One accepted connection, read by one who must not wait for ever and must hear that the server drains.

import { LazyTimer } from './lazy-timer.ts'
import type { Connection, Duration, Env, Instant } from '../../sim/index.ts'

/** Why there was nothing more to read. */
export type SessionEnd = 'peer' | 'idle' | 'draining'

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
  /** What was asked of the connection and has not come. Kept when a reader is sent away, so that no bytes are lost. */
  #coming: Promise<Uint8Array | null> | null = null
  #reader: { readonly isStoppable: boolean; readonly sendAway: (why: SessionEnd) => void } | null = null

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
    if (this.#reader?.isStoppable === true) this.#reader.sendAway('draining')
  }

  async #read(isStoppable: boolean): Promise<Uint8Array | null> {
    if (this.#reader !== null) throw new Error('a session has one reader at a time')
    this.#coming ??= this.connection.read()
    this.#endedBy = null
    try {
      return await this.#whicheverIsFirst(this.#coming, isStoppable)
    } finally {
      this.#reader = null
      this.#readSince = null
    }
  }

  #whicheverIsFirst(coming: Promise<Uint8Array | null>, isStoppable: boolean): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      let isAway = false
      const sendAway = (why: SessionEnd): void => {
        isAway = true
        this.#endedBy = why
        resolve(null)
      }
      this.#reader = { isStoppable, sendAway }
      this.#readSince = this.#clock.monotonic()
      this.#watch()
      const hand = async (): Promise<void> => {
        try {
          const bytes = await coming
          if (isAway) return
          this.#coming = null
          if (bytes === null) this.#endedBy = 'peer'
          resolve(bytes)
        } catch (error) {
          // One who was sent away does not hear of it; the next reader does.
          if (!isAway) reject(error)
        }
      }
      void hand()
    })
  }

  #watch(): void {
    if (this.#idleTimeout !== null && this.#readSince !== null)
      this.#idle.armBy((this.#readSince + this.#idleTimeout) as Instant)
  }

  #lookIdle(): void {
    if (this.#reader === null || this.#idleTimeout === null || this.#readSince === null) return
    if (this.#clock.monotonic() >= this.#readSince + this.#idleTimeout) this.#reader.sendAway('idle')
    else this.#watch()
  }
}
