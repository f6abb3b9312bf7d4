// How an HTTP server takes connections and requests.

import type { HttpLimits } from './codec-options.ts'
import type { HttpHandler, HttpUpgrade } from './message.ts'
import type { RequestLogOptions } from './request-log.ts'
import { type Duration, minutes, seconds } from '../../sim/index.ts'

/** What a server is told. */
export interface HttpServerOptions {
  readonly port: number
  /** The interface (default: as `Net.listen` has it). */
  readonly host?: string
  readonly handler: HttpHandler
  /** Asked of every request that wants the connection for something else; without it no request gets it. */
  readonly upgrade?: HttpUpgrade
  readonly limits?: Partial<HttpLimits>
  /** Connections at once (default 10,000); one more is answered with 503. */
  readonly connectionsMax?: number
  /** Requests on one connection (default 100,000): the last one is answered with `Connection: close`. */
  readonly requestsMax?: number
  /** How long a connection may say nothing between requests (default 60 s). */
  readonly idleTimeout?: Duration
  /** How long a head may take from its first byte on (default 10 s; 408). */
  readonly headerTimeout?: Duration
  /** How long the next bytes of a body may take (default 30 s; 408). */
  readonly bodyTimeout?: Duration
  /** How long a request with its body may take to arrive in all (default 5 min; 408). */
  readonly requestTimeout?: Duration
  /** How long a client may read nothing of an answer (default 60 s): then its connection is reset. */
  readonly writeTimeout?: Duration
  /**
   * Whether a client that ends its side after its request is taken to be gone (default true; what its request's `signal` tells): most
   * that leave say no more than that. One that only wants to say that it has no other request reads as before what is answered.
   * One that ends it in the middle of a request is gone in any case, and one that has sent 256 KiB beyond what handlers have read
   * is heard to be gone when they read on.
   */
  readonly abortOnClose?: boolean
  /** How long requests that have begun have, once the node is asked to stop (default 5 s). */
  readonly drainTimeout?: Duration
  /** Publishes requests and their answers as probes (see `RequestLog`; default: nothing). */
  readonly requestLog?: RequestLogOptions
}

/** The same, with what is not said filled in. */
export type ServerSettings = Required<
  Pick<
    HttpServerOptions,
    | 'handler'
    | 'requestsMax'
    | 'idleTimeout'
    | 'headerTimeout'
    | 'bodyTimeout'
    | 'requestTimeout'
    | 'writeTimeout'
    | 'abortOnClose'
  >
> &
  Pick<HttpServerOptions, 'upgrade' | 'limits'>

/** Fills in what is not said. */
export function settingsOf(options: HttpServerOptions): ServerSettings {
  return {
    requestsMax: 100_000,
    idleTimeout: seconds(60),
    headerTimeout: seconds(10),
    bodyTimeout: seconds(30),
    requestTimeout: minutes(5),
    writeTimeout: seconds(60),
    abortOnClose: true,
    ...options,
  }
}
