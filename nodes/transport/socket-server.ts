// A server of byte streams, as every protocol above it needs one: so many connections at once and no more, none that says
// nothing for ever, and an orderly end when the node is asked to stop.

import { type Connection, type Duration, type Env, NetError, seconds } from '../../sim/index.ts'

/** How a server takes connections. */
export interface SocketServerOptions {
  readonly port: number
  /** Connections at once (default 10,000). One more is given to `refuse`, which may write a last word, and then ended. */
  readonly connectionsMax?: number
  readonly refuse?: (connection: Connection) => void | Promise<void>
  /** How long a session may read nothing before its `read` returns null (default: for ever). */
  readonly idleTimeout?: Duration
  /** How long sessions have, once the node is asked to stop, before they are reset (default 5 s). */
  readonly drainTimeout?: Duration
}

/** One accepted connection. */
export interface Session {
  /** From 1, in the order in which connections were accepted. */
  readonly id: number
  readonly connection: Connection
  /** Aborted when the server drains: finish what is begun, then end. */
  readonly draining: AbortSignal
  /** Why there is nothing more to read. */
  readonly endedBy: 'peer' | 'idle' | 'draining' | null
  /**
   * The next bytes. Null once the peer has ended its side, nothing came for `idleTimeout`, or the server drains (see
   * `endedBy`); what came until then is not lost, and may be read while draining by `connection.read`. Rejects as
   * `Connection.read` does.
   */
  read(): Promise<Uint8Array | null>
  /** Sets how long this session may read nothing from now on; null for ever. */
  setIdleTimeout(wait: Duration | null): void
}

/** A server that listens. */
export interface SocketServer {
  readonly port: number
  /** How many sessions there are now. */
  readonly sessions: number
  /** Sessions there ever were, and connections that were refused because there were too many. */
  readonly accepted: number
  readonly refused: number
  /** Stops listening, lets sessions finish, resets those that have not within `drainTimeout`. Called when the node is asked to stop. */
  drain(): Promise<void>
}

/**
 * Listens, and calls `serve` for each connection; when it is done the connection is ended, when it throws it is reset (and
 * logged, unless the network broke). Rejects as `Net.listen` does.
 */
export async function serveSockets(
  env: Env,
  options: SocketServerOptions,
  serve: (session: Session) => Promise<void>,
): Promise<SocketServer> {
  const server = new Listener(env, options, serve)
  await server.listen()
  return server
}
