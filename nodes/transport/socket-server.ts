// A server of byte streams, as every protocol above it needs one: so many connections at once and no more, none that says
// nothing for ever, and an orderly end when the node is asked to stop.

import { closeKindly } from './close-kindly.ts'
import { errorFields } from './error-fields.ts'
import { demandCounts, demandDurations } from './option-bounds.ts'
import { Session } from './session.ts'
import {
  type Connection,
  type Duration,
  type Env,
  ms,
  NetError,
  type Server,
  seconds,
} from '../../sim/index.ts'

/** How a server takes connections. */
export interface SocketServerOptions {
  readonly port: number
  /** The interface (default: as `Net.listen` has it). */
  readonly host?: string
  /** Connections at once (default 10,000). One more is given to `refuse`, which may write a last word, and then ended. */
  readonly connectionsMax?: number
  readonly refuse?: (connection: Connection) => void | Promise<void>
  /** How long a session may read nothing before its `read` returns null (default: for ever). */
  readonly idleTimeout?: Duration
  /** How long sessions have, once the node is asked to stop, before they are reset (default 5 s). */
  readonly drainTimeout?: Duration
}

/** A server that listens. */
export interface SocketServer {
  readonly port: number
  /** How many sessions there are now. */
  readonly sessions: number
  /** How many sessions there ever were. */
  readonly accepted: number
  /** How many connections were refused because there were too many. */
  readonly refused: number
  /**
   * Stops listening, lets sessions finish, and resets those that have not within the time for it. Called by itself when
   * the node is asked to stop.
   */
  drain(): Promise<void>
}

/**
 * Listens, and calls `serve` for each connection. When that is done the connection is ended; when it throws, the
 * connection is reset, and the error is logged: as a warning, or as information where the network broke. Rejects as
 * `Net.listen` does, and with a RangeError for a bound that is none.
 */
export async function serveSockets(
  env: Env,
  options: SocketServerOptions,
  serve: (session: Session) => Promise<void>,
): Promise<SocketServer> {
  const { port, host, connectionsMax, idleTimeout, drainTimeout } = options
  demandCounts({ connectionsMax })
  demandDurations({ idleTimeout, drainTimeout })
  const server = await env.net.listen(port, host === undefined ? {} : { host })
  const listener = new Listener(env, server, options, serve)
  env.spawn(() => listener.accept())
  env.onStop(() => listener.drain())
  return listener
}

const connectionsMaxDefault = 10_000
/** How long the last words of a session may take to be read once the node is to stop: it does not wait for whoever says nothing. */
const lingerDraining = ms(200)
/** Connections that are being told that there are too many; beyond them they are reset without a word. */
const refusalsMax = 100

class Listener implements SocketServer {
  readonly #env: Env
  readonly #server: Server
  readonly #options: SocketServerOptions
  readonly #serve: (session: Session) => Promise<void>
  readonly #sessions = new Map<number, Session>()
  /** Sessions that are done, whose peers have not ended their side. */
  readonly #lingering = new Set<Session>()
  readonly #draining = new AbortController()
  #drained: Promise<void> | null = null
  #onLast: (() => void) | null = null
  #accepted = 0
  #refused = 0
  #refusing = 0

  constructor(
    env: Env,
    server: Server,
    options: SocketServerOptions,
    serve: (session: Session) => Promise<void>,
  ) {
    this.#env = env
    this.#server = server
    this.#options = options
    this.#serve = serve
  }

  get port(): number {
    return this.#server.port
  }

  get sessions(): number {
    return this.#sessions.size
  }

  get accepted(): number {
    return this.#accepted
  }

  get refused(): number {
    return this.#refused
  }

  async accept(): Promise<void> {
    for await (const connection of this.#server)
      if (this.#sessions.size >= (this.#options.connectionsMax ?? connectionsMaxDefault))
        this.#refuse(connection)
      else this.#begin(connection)
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain()
    return this.#drained
  }

  #begin(connection: Connection): void {
    const { idleTimeout = null } = this.#options
    const id = ++this.#accepted
    const session = new Session(this.#env, connection, { id, draining: this.#draining.signal, idleTimeout })
    this.#sessions.set(id, session)
    this.#env.spawn(async () => {
      await this.#attend(session)
      this.#sessions.delete(id)
      if (this.#sessions.size === 0) this.#onLast?.()
    })
  }

  async #attend(session: Session): Promise<void> {
    try {
      await this.#serve(session)
      session.setIdleTimeout(null)
      this.#lingering.add(session)
      const linger = this.#draining.signal.aborted ? lingerDraining : undefined
      await closeKindly(this.#env, session.connection, () => session.readOn(), linger)
    } catch (error) {
      this.#tell(session, error)
      session.connection.reset()
    } finally {
      this.#lingering.delete(session)
    }
  }

  #tell({ id, connection }: Session, error: unknown): void {
    const fields = { session: id, remote: connection.remote }
    if (error instanceof NetError) this.#env.log.info('connection broke', { ...fields, error: String(error) })
    else this.#env.log.warn('session ended by an error', { ...fields, ...errorFields(error) })
  }

  #refuse(connection: Connection): void {
    this.#refused++
    if (this.#refusing >= refusalsMax) {
      connection.reset()
      return
    }
    this.#refusing++
    this.#env.spawn(async () => {
      try {
        await this.#options.refuse?.(connection)
        await closeKindly(this.#env, connection, () => connection.read())
      } catch (error) {
        connection.reset()
        // Who is gone already needs no last word; a refusal that fails by itself is a mistake of the program.
        if (!(error instanceof NetError))
          this.#env.log.warn('a refusal failed', { remote: connection.remote, ...errorFields(error) })
      }
      this.#refusing--
    })
  }

  async #drain(): Promise<void> {
    this.#server.close()
    this.#draining.abort()
    for (const session of this.#sessions.values()) session.interrupt()
    this.#cutLingering()
    if (this.#sessions.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = this.#env.timers.after(this.#options.drainTimeout ?? seconds(5), () => {
        for (const { connection } of this.#sessions.values()) connection.reset()
        resolve()
      })
      this.#onLast = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  /** Those that began to linger before the node was to stop. */
  #cutLingering(): void {
    if (this.#lingering.size === 0) return
    const late = [...this.#lingering]
    this.#env.timers.after(lingerDraining, () => {
      for (const session of late) if (this.#lingering.has(session)) session.connection.reset()
    })
  }
}
