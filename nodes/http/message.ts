// HTTP messages as values (RFC 9110): what handlers take and give, and what the codec reads and writes.

/** The header or trailer fields of a message, in their order; names are case-insensitive, and keep how they were written. */
export class Fields implements Iterable<readonly [name: string, value: string]> {
  readonly #entries: (readonly [name: string, value: string])[]

  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    this.#entries = [...entries]
  }

  get size(): number {
    return this.#entries.length
  }

  /** The values of a field joined by ", " (RFC 9110, section 5.3), or null. */
  get(name: string): string | null {
    const values = this.getAll(name)
    return values.length === 0 ? null : values.join(', ')
  }

  getAll(name: string): readonly string[] {
    const wanted = name.toLowerCase()
    return this.#entries.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0
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
    const gone = name.toLowerCase()
    const kept = this.#entries.filter(([each]) => each.toLowerCase() !== gone)
    this.#entries.splice(0, this.#entries.length, ...kept)
    return this
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#entries[Symbol.iterator]()
  }
}

/** A body as bytes, as text (UTF-8), or as a stream of bytes that is read only as fast as it is sent. */
export type Body = Uint8Array | string | AsyncIterable<Uint8Array>

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
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
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
