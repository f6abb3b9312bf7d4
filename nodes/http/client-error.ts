// Why a client has no response, or not all of it.

/**
 * The kinds of failure: a request that cannot be sent, no connection to the server, a connection that broke, a server that
 * answers with what is no HTTP, too slow, too many redirects, given up by the caller.
 */
export type HttpClientErrorKind =
  'bad-request' | 'no-connection' | 'broken' | 'bad-response' | 'timeout' | 'too-many-redirects' | 'cancelled'

/** A request that failed. */
export class HttpClientError extends Error {
  readonly kind: HttpClientErrorKind

  constructor(kind: HttpClientErrorKind, message: string, options?: ErrorOptions) {
    super(`${kind}: ${message}`, options)
    this.name = 'HttpClientError'
    this.kind = kind
  }
}
