// Bounds of an API, beside those of the server below it.

/** What an app takes at most. */
export interface RestLimits {
  /** A body in bytes, compressed and decompressed (default 1 MiB; 413). */
  readonly bodyMax: number
  /** Requests that are being answered at once (default 1,000; 503 with Retry-After). Streams count only until they begin. */
  readonly requestsMax: number
  /** The characters of an Idempotency-Key (default 255; 400). */
  readonly keyMax: number
}

/** The limits unless somebody says otherwise. */
export const restLimits: RestLimits = { bodyMax: 1024 * 1024, requestsMax: 1_000, keyMax: 255 }
