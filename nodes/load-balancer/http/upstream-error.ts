// Why a back-end gave no response.

import { HttpError } from '../../http/index.ts'

/**
 * The kinds: no connection to it (nothing was sent), too many wait for one already, the connection broke, it
 * was used before and ended as the request left on it, it took too long, it answered with what is no HTTP; and the client's own doing: it wanted no more, or broke off.
 */
export type UpstreamErrorKind =
  'no-connection' | 'overloaded' | 'broken' | 'stale' | 'timeout' | 'bad-response' | 'unwanted'

/** An attempt that failed. */
export class UpstreamError extends Error {
  readonly kind: UpstreamErrorKind

  constructor(kind: UpstreamErrorKind, message: string, options?: ErrorOptions) {
    super(`${kind}: ${message}`, options)
    this.name = 'UpstreamError'
    this.kind = kind
  }
}

/** Any error of an exchange as one of these. */
export function upstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error
  const message = error instanceof Error ? error.message : String(error)
  const isSyntax = error instanceof HttpError && error.code !== 'incomplete'
  return new UpstreamError(isSyntax ? 'bad-response' : 'broken', message, { cause: error })
}
