// Connections that are used again: opening one costs a round trip, and a server has only so many. What comes back idle is
// watched, so that nobody is handed a connection that its server has ended meanwhile.

import { demandCounts, demandDurations } from './option-bounds.ts'
import { Slots } from './slots.ts'
import { type Connection, type Duration, type Env, seconds, type Timer } from '../../sim/index.ts'

/** The bounds of a pool. */
export interface ConnectionPoolOptions {
  /** Connections to one address, in use and idle (default 16). */
  readonly perAddressMax?: number
  /** Idle connections to one address (default 8). */
  readonly idleMax?: number
  /** How long a connection may be idle (default 30 s). Shorter than the server's own time-out, or it may end one just as it is used. */
  readonly idleTimeout?: Duration
  /** Those who wait for a connection to one address; one more is refused (default 1,000). */
  readonly waitingMax?: number
}

/** A connection that somebody has for a while; exactly one of `giveBack`, `discard` and `renew` ends that. */
export interface Lease {
  readonly connection: Connection
  /** Whether it was used before: then its server may have ended it at this very moment, and what cannot be read may be tried anew. */
  readonly isReused: boolean
  /** The next bytes. To be used instead of the connection's own `read`, which the pool has been waiting at. */
  read(): Promise<Uint8Array | null>
  /** It can be used again: all that was asked is answered, and all of that was read. */
  giveBack(): void
  /** It cannot. It is reset. */
  discard(): void
  /**
   * It cannot, and another one is opened in its place, which was not used before: nobody who waits comes in between. Rejects as
   * `Net.connect` does; then the place is free. Ends the lease as well.
   */
  renew(timeout: Duration): Promise<Lease>
}

/** A pool of connections of one program. */
export class ConnectionPool {
  readonly #env: Env
  readonly #options: Required<ConnectionPoolOptions>
  readonly #addresses = new Map<string, AddressPool>()

  /** Throws a RangeError for a bound that is none. */
  constructor(env: Env, options: ConnectionPoolOptions = {}) {
    const { perAddressMax, idleMax, idleTimeout, waitingMax } = options
    demandCounts({ perAddressMax }, 1)
    demandCounts({ idleMax, waitingMax })
    demandDurations({ idleTimeout })
    const defaults = { perAddressMax: 16, idleMax: 8, idleTimeout: seconds(30), waitingMax: 1000 }
    this.#env = env
    this.#options = { ...defaults, ...options }
  }

  /**
   * A connection to an address: an idle one, or a new one where there is room, or the next that is given back, within
   * `timeout`. Rejects as `Net.connect` does, and with a RequestError: `overloaded` where too many wait, `timeout` where none
   * came free. Who has to wait for one that is given back is told how to give that up: then it rejects with `withdrawn`.
   */
  take(
    host: string,
    port: number,
    timeout: Duration,
    onWaiting?: (withdraw: () => void) => void,
  ): Promise<Lease> {
    const address = `${host}:${port}`
    let pool = this.#addresses.get(address)
    if (pool === undefined) {
      pool = new AddressPool(this.#env, { host, port }, this.#options, () => this.#addresses.delete(address))
      this.#addresses.set(address, pool)
    }
    return pool.take(timeout, onWaiting)
  }

  /** An idle connection to an address, at once; null where there is none, or as many are in use as may be. */
  takeIdle(host: string, port: number): Lease | null {
    return this.#addresses.get(`${host}:${port}`)?.takeIdle() ?? null
  }

  /** How many connections there are, in use and idle. */
  get size(): number {
    return [...this.#addresses.values()].reduce((sum, pool) => sum + pool.size, 0)
  }

  /** Ends what is idle, and whatever is given back from now on. */
  close(): void {
    for (const pool of this.#addresses.values()) pool.close()
  }
}

class AddressPool {
  readonly #env: Env
  readonly #address: { readonly host: string; readonly port: number }
  readonly #options: Required<ConnectionPoolOptions>
  readonly #onEmpty: () => void
  readonly #slots: Slots
  /** The one used last is used next: the others may grow old and go. */
  readonly #idle: PooledConnection[] = []
  #isClosed = false

  constructor(
    env: Env,
    address: { readonly host: string; readonly port: number },
    options: Required<ConnectionPoolOptions>,
    onEmpty: () => void,
  ) {
    this.#env = env
    this.#address = address
    this.#options = options
    this.#onEmpty = onEmpty
    this.#slots = new Slots(env, options.perAddressMax, options.waitingMax)
  }

  get size(): number {
    return this.#slots.used + this.#idle.length
  }

  async take(timeout: Duration, onWaiting?: (withdraw: () => void) => void): Promise<Lease> {
    const { host, port } = this.#address
    const since = this.#env.clock.monotonic()
    await this.#slots.take(timeout, `${host}:${port}`, onWaiting)
    const idle = this.#idle.pop()
    if (idle !== undefined) return this.#lease(idle, true)
    return this.open(Math.max(0, since + timeout - this.#env.clock.monotonic()) as Duration)
  }

  takeIdle(): Lease | null {
    if (this.#idle.length === 0 || !this.#slots.takeFree()) return null
    const idle = this.#idle.pop()
    return idle === undefined ? null : this.#lease(idle, true)
  }

  /** For one who has a slot, which is given back where that fails. */
  async open(timeout: Duration): Promise<Lease> {
    const { host, port } = this.#address
    try {
      const connection = await this.#env.net.connect(host, port, { timeout })
      return this.#lease(new PooledConnection(this.#env, connection), false)
    } catch (error) {
      this.giveSlot()
      throw error
    }
  }

  close(): void {
    this.#isClosed = true
    for (const each of this.#idle.splice(0)) each.end()
  }

  #lease(pooled: PooledConnection, isReused: boolean): Lease {
    pooled.unwatch()
    return new PooledLease(this, pooled, isReused)
  }

  /** It may be used again. */
  keep(pooled: PooledConnection): void {
    if (this.#isClosed || this.#idle.length >= this.#options.idleMax) {
      pooled.end()
      return
    }
    this.#idle.push(pooled)
    pooled.watch(this.#options.idleTimeout, () => {
      const at = this.#idle.indexOf(pooled)
      if (at >= 0) this.#idle.splice(at, 1)
      pooled.end()
      this.#tellEmpty()
    })
  }

  /** One who had a slot needs it no more. */
  giveSlot(): void {
    this.#slots.giveBack()
    this.#tellEmpty()
  }

  #tellEmpty(): void {
    if (this.size === 0) this.#onEmpty()
  }
}

class PooledLease implements Lease {
  readonly connection: Connection
  readonly isReused: boolean
  readonly #pool: AddressPool
  readonly #pooled: PooledConnection
  #isOver = false

  constructor(pool: AddressPool, pooled: PooledConnection, isReused: boolean) {
    this.connection = pooled.connection
    this.isReused = isReused
    this.#pool = pool
    this.#pooled = pooled
  }

  read(): Promise<Uint8Array | null> {
    return this.#pooled.read()
  }

  giveBack(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#pool.keep(this.#pooled)
    this.#pool.giveSlot()
  }

  discard(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.connection.reset()
    this.#pool.giveSlot()
  }

  renew(timeout: Duration): Promise<Lease> {
    if (this.#isOver) return Promise.reject(new Error('a lease that is over, and was to be renewed'))
    this.#isOver = true
    this.connection.reset()
    return this.#pool.open(timeout)
  }
}

/** A connection that is watched while nobody has it. */
class PooledConnection {
  readonly connection: Connection
  readonly #env: Env
  #coming: Promise<Uint8Array | null> | null = null
  #watch: { readonly timer: Timer } | null = null

  constructor(env: Env, connection: Connection) {
    this.#env = env
    this.connection = connection
  }

  async read(): Promise<Uint8Array | null> {
    const coming = (this.#coming ??= this.connection.read())
    const bytes = await coming
    this.#coming = null
    return bytes
  }

  /** Calls `onEnd` after a while, or when anything comes: nothing may, as nothing was asked. */
  watch(wait: Duration, onEnd: () => void): void {
    const watch = { timer: this.#env.timers.after(wait, onEnd) }
    this.#watch = watch
    const tell = (): void => {
      if (this.#watch === watch) onEnd()
    }
    this.#coming ??= this.connection.read()
    this.#coming.then(tell, tell)
  }

  unwatch(): void {
    this.#watch?.timer.cancel()
    this.#watch = null
  }

  /** For good. What was still asked of it concerns nobody. */
  end(): void {
    this.unwatch()
    this.connection.end()
    this.#coming?.catch(() => undefined)
  }
}
