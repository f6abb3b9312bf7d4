// A response as a client has it: its body is read from the connection only as fast as the caller reads it.

import { Buffer } from 'node:buffer'

import { HttpClientError } from './client-error.ts'
import type { Exchange } from './exchange.ts'
import { Fields } from './message.ts'
import type { ResponseHead } from './response-parser.ts'

/** How much `bytes` and `text` hold unless said otherwise. */
const bytesMaxDefault = 16 * 1024 * 1024

/** A response. Read its body, or `cancel` it: until then its connection is not free. */
export class HttpClientResponse {
  readonly status: number
  readonly reason: string
  readonly version: '1.0' | '1.1'
  readonly headers: Fields
  /** Where it came from in the end. */
  readonly url: string
  /** To be read at most once. Rejects with an HttpClientError. */
  readonly body: AsyncIterable<Uint8Array>
  readonly #head: ResponseHead
  readonly #exchange: Exchange
  #trailers: Fields = new Fields()
  #state: 'unread' | 'read' | 'ended' = 'unread'

  constructor(exchange: Exchange, head: ResponseHead, url: string) {
    this.status = head.status
    this.reason = head.reason
    this.version = head.version
    this.headers = head.headers
    this.url = url
    this.#head = head
    this.#exchange = exchange
    this.body = { [Symbol.asyncIterator]: () => this.#iterate() }
  }

  /** Known once the body was read. */
  get trailers(): Fields {
    return this.#trailers
  }

  /** The whole body, of at most so many bytes. Rejects with an HttpClientError. */
  async bytes(sizeMax: number = bytesMaxDefault): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of this.body) {
      size += piece.length
      if (size > sizeMax)
        throw new HttpClientError('bad-response', `got a longer body, wanted at most ${sizeMax} bytes`)
      pieces.push(piece)
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
  }

  /** The whole body as UTF-8. */
  async text(sizeMax?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(sizeMax))
  }

  /** Does without the rest. */
  cancel(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#exchange.give(new HttpClientError('cancelled', 'the response was not wanted any more'))
  }

  /** For the client: takes the end that follows the head at once where there is no body. */
  async begin(): Promise<void> {
    if (this.#head.framing.kind === 'none') await this.#next()
  }

  #iterate(): AsyncIterator<Uint8Array> {
    if (this.#state === 'read') throw new Error('the body of a response can be read once')
    if (this.#state === 'unread') this.#state = 'read'
    return {
      next: async () => {
        const value = await this.#next()
        return value === null ? { value: undefined, done: true } : { value, done: false }
      },
      return: () => {
        this.cancel()
        return Promise.resolve({ value: undefined, done: true })
      },
    }
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#state === 'ended') return null
    const next = await this.#exchange.nextBytes()
    if (next instanceof Uint8Array) return next
    this.#trailers = next
    this.#state = 'ended'
    this.#exchange.finish(this.#head)
    return null
  }
}
