// How a client asks.

import { type HttpLimits, httpLimits } from './codec-options.ts'
import { type Duration, minutes, seconds } from '../../sim/index.ts'
import type { Backoff } from '../resilience/index.ts'
import type { ConnectionPoolOptions } from '../transport/index.ts'

/** What a client is told. */
export interface HttpClientOptions {
  /** Connections to one server (by default 16, of which 8 may be idle, for 30 s). */
  readonly pool?: ConnectionPoolOptions
  /** Of responses; bodies may be of any length unless said otherwise, as they are streamed. */
  readonly limits?: Partial<HttpLimits>
  /** How long opening a connection, or waiting for one of the pool, may take (default 10 s). */
  readonly connectTimeout?: Duration
  /** How long the head of a response may take (default 30 s). */
  readonly headerTimeout?: Duration
  /** How long the next bytes of a body may take (default 30 s). */
  readonly bodyTimeout?: Duration
  /** How long `100 Continue` is waited for before the body is sent without it (default 1 s). */
  readonly continueTimeout?: Duration
  /** How long a request may take in all, until its response is read (default 5 min). */
  readonly timeout?: Duration
  /** Redirects that are followed (default 10). */
  readonly redirectsMax?: number
  /** How often a request is tried again that may be (default 2). */
  readonly retriesMax?: number
  /** How long to wait before that (default: 100 ms, then twice as long each time, with jitter). */
  readonly backoff?: Backoff
}

/** The same, with what is not said filled in. */
export interface ClientSettings extends Required<Omit<HttpClientOptions, 'limits'>> {
  readonly limits: HttpLimits
}

/** Fills in what is not said. */
export function clientSettings(options: HttpClientOptions): ClientSettings {
  return {
    pool: {},
    connectTimeout: seconds(10),
    headerTimeout: seconds(30),
    bodyTimeout: seconds(30),
    continueTimeout: seconds(1),
    timeout: minutes(5),
    redirectsMax: 10,
    retriesMax: 2,
    backoff: {},
    ...options,
    limits: { ...httpLimits, bodyMax: Number.MAX_SAFE_INTEGER, ...options.limits },
  }
}
