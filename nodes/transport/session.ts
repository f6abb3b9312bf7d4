// One accepted connection, read by one who must not wait for ever and must hear that the server drains.

import { LazyTimer } from './lazy-timer.ts'
import type { Connection, Duration, Env, Instant, StreamReader } from '../../sim/index.ts'

/** Why there was nothing more to read. */
export type SessionEnd = 'peer' | 'idle' | 'draining'

/** What came when the reader who asked for it had been sent away. */
type Missed = { readonly bytes: Uint8Array | null } | { readonly error: unknown }

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
  #missed: Missed | null = null
  #reader: StreamReader | null = null
  /** Whether the reader waits between what peers send. */
  #isStoppable = false
  /** Hears what the connection has read: one for all reads, as each chunk of each connection comes by here. */
  readonly #coming: StreamReader = {
    take: (bytes) => {
      this.#isComing = false
      if (this.#reader === null) this.#missed = { bytes }
      else this.#take(bytes)
    },
    // One who was sent away does not hear of it; the next reader does.
    fail: (error) => {
      this.#isComing = false
      if (this.#reader === null) this.#missed = { error }
      else this.#leave().fail(error)
    },
  }

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
    return new Promise((take, fail) => {
      this.readTo({ take, fail })
    })
  }

  /** As `read`, for those who are given very many small pieces: the reader is told as `Connection.readTo` tells. */
  readTo(reader: StreamReader): void {
    if (this.draining.aborted) {
      this.#endedBy = 'draining'
      reader.take(null)
    } else this.#readTo(reader, true)
  }

  /** The next bytes, even though the server drains: for the rest of what the peer has begun to send. */
  readOn(): Promise<Uint8Array | null> {
    return new Promise((take, fail) => {
      this.readOnTo({ take, fail })
    })
  }

  /** As `readOn`, and the reader is told as `Connection.readTo` tells. */
  readOnTo(reader: StreamReader): void {
    this.#readTo(reader, false)
  }

  /** Sets how long this session may read nothing from now on; null for ever. */
  setIdleTimeout(wait: Duration | null): void {
    this.#idleTimeout = wait
    if (this.#reader !== null) this.#watch()
  }

  /** Sends a reader away that waits between what peers send. For the server. */
  interrupt(): void {
    if (this.#isStoppable) this.dismiss()
  }

  /** Sends a reader away, whatever it waits for, as `read` does when the server drains: what comes after that is not lost. */
  dismiss(): void {
    if (this.#reader !== null) this.#sendAway('draining')
  }

  #readTo(reader: StreamReader, isStoppable: boolean): void {
    if (this.#reader !== null) throw new Error('a session has one reader at a time')
    this.#endedBy = null
    this.#reader = reader
    this.#isStoppable = isStoppable
    this.#watch()
    if (this.#isComing) return
    this.#isComing = true
    if (this.#missed === null) this.connection.readTo(this.#coming)
    else this.#tellMissed(this.#missed)
  }

  /** After this step of code, as what comes is told. */
  #tellMissed(missed: Missed): void {
    this.#missed = null
    void Promise.resolve().then(() => this.#tell(missed))
  }

  #tell(missed: Missed): void {
    if ('bytes' in missed) this.#coming.take(missed.bytes)
    else this.#coming.fail(missed.error)
  }

  #take(bytes: Uint8Array | null): void {
    if (bytes === null) this.#endedBy = 'peer'
    this.#leave().take(bytes)
  }

  #sendAway(why: SessionEnd): void {
    this.#endedBy = why
    this.#leave().take(null)
  }

  #leave(): StreamReader {
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
