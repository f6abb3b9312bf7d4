// HTTP messages as values (RFC 9110): what handlers take and give, and what the codec reads and writes.

import type { NameSet } from './name-set.ts'
import type { Connection } from '../../sim/index.ts'

/** The header or trailer fields of a message, in their order; names are case-insensitive, and keep how they were written. */
export class Fields implements Iterable<readonly [name: string, value: string]> {
  readonly #entries: (readonly [name: string, value: string])[]

  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    this.#entries = entries instanceof Fields ? entries.#entries.slice() : [...entries]
  }

  get size(): number {
    return this.#entries.length
  }

  /** The values of a field joined by ", " (RFC 9110, section 5.3), or null. */
  get(name: string): string | null {
    let found: string | null = null
    for (const [each, value] of this.#entries)
      if (isSameName(each, name)) found = found === null ? value : `${found}, ${value}`
    return found
  }

  getAll(name: string): readonly string[] {
    const values: string[] = []
    for (const [each, value] of this.#entries) if (isSameName(each, name)) values.push(value)
    return values
  }

  has(name: string): boolean {
    for (const [each] of this.#entries) if (isSameName(each, name)) return true
    return false
  }

  /** With one more entry. */
  append(name: string, value: string): this {
    this.#entries.push([name, value])
    return this
  }

  /** With one entry of this name instead of all there were. */
  set(name: string, value: string): this {
    return this.delete(name).append(name, value)
  }

  delete(name: string): this {
    const entries = this.#entries
    let kept = 0
    for (const entry of entries) if (!isSameName(entry[0], name)) entries[kept++] = entry
    entries.length = kept
    return this
  }

  /** The same without those of some names. */
  without(names: NameSet): Fields {
    const kept = new Fields()
    for (const entry of this.#entries) if (!names.has(entry[0])) kept.#entries.push(entry)
    return kept
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#entries[Symbol.iterator]()
  }
}

/** Most names have the wrong length already: no text is made for them. */
function isSameName(name: string, wanted: string): boolean {
  return name.length === wanted.length && (name === wanted || name.toLowerCase() === wanted.toLowerCase())
}

/** A body as bytes, as text (UTF-8), or as a stream of bytes that is read only as fast as it is sent. */
export type Body = Uint8Array | string | AsyncIterable<Uint8Array>

/** Sends an interim response: its status, its reason (undefined for the usual one) and its header. */
export type Inform = (status: number, reason: string | undefined, headers: Fields) => Promise<void>

/** A request as a server sees it. */
export interface HttpRequest {
  readonly method: string
  /** As it stood in the request line: `/path?query`, `*`, an authority or a whole URI. */
  readonly target: string
  readonly version: '1.0' | '1.1'
  readonly headers: Fields
  /** To be read at most once; what is not read is read over, or the connection is closed. */
  readonly body: AsyncIterable<Uint8Array>
  /** Known once the body was read. */
  readonly trailers: Fields
  /** Who asks. */
  readonly remote: string
  /** Aborted when the client is gone. A handler that throws its reason answers nothing: the connection is reset. */
  readonly signal: AbortSignal
  /**
   * As `signal`, for those who answer very many requests: the handler, of several the last, is told once. Absent where a request
   * does not come from a server.
   */
  readonly whenGone?: ((handler: (reason: Error) => void) => void) | undefined
  /**
   * Sends an interim response (RFC 9110, section 15.2): a status 102 to 199, ahead of the response. Absent where the client
   * takes none, as one of HTTP/1.0. Rejects with an HttpWriteError for any other status and once the response has begun, else as
   * `Connection.write` does.
   */
  readonly inform?: Inform | undefined
}

/** What a server answers. */
export interface HttpResponse {
  readonly status: number
  readonly reason?: string
  readonly headers: Fields
  /** Framing (Content-Length, Transfer-Encoding) is the server's own affair. */
  readonly body?: Body
  readonly trailers?: () => Fields
}

/** What answers requests. A handler that throws is a 500 that tells nothing of why. */
export type HttpHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>

/**
 * Takes a connection over from HTTP (RFC 9110, section 7.8): for requests that ask for an upgrade, and for CONNECT. Null
 * answers the request as any other. The task is given the connection and what was read of it beyond the request; it writes
 * the answer itself, `101 Switching Protocols` included, and the connection ends when it is done (is reset when it throws).
 * `draining` is aborted when the server is to stop.
 */
export type HttpUpgrade = (request: HttpRequest) => UpgradeTask | null | Promise<UpgradeTask | null>

/** What goes on with a connection that speaks HTTP no more. */
export type UpgradeTask = (connection: Connection, rest: Uint8Array, draining: AbortSignal) => Promise<void>
