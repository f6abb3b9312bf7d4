// A request as a handler sees it: its body is read from the connection only as fast as the handler reads it.

import { HttpError } from './http-error.ts'
import { Fields, type HttpRequest, type Inform } from './message.ts'
import type { RequestHead } from './request-parser.ts'
import type { RequestStream } from './request-stream.ts'
import { HttpWriteError } from './serializer.ts'

/** How a request's body is got. */
export interface IncomingSource {
  readonly stream: RequestStream
  readonly remote: string
  /** Whether the client waits to be told to send the body. */
  readonly isContinueDue: boolean
  /** Tells it so. */
  readonly allowBody: () => Promise<void>
  /** Sends an interim response. */
  readonly inform: Inform
}

const noTrailers = new Fields()

/** One request that has begun to arrive. */
export class IncomingRequest implements HttpRequest {
  readonly method: string
  readonly target: string
  readonly version: '1.0' | '1.1'
  readonly headers: Fields
  readonly body: AsyncIterable<Uint8Array>
  readonly remote: string
  trailers: Fields = noTrailers
  readonly #source: IncomingSource
  #signal: AbortController | null = null
  #onGone: ((reason: Error) => void) | null = null
  #goneReason: Error | null = null
  #isContinueDue: boolean
  #isRead = false
  #isTaken = false
  #isAnswered = false
  #failure: Error | null = null

  constructor(head: RequestHead, source: IncomingSource) {
    this.method = head.method
    this.target = head.target
    this.version = head.version
    this.headers = head.headers
    this.remote = source.remote
    this.#source = source
    this.#isContinueDue = source.isContinueDue
    this.body = { [Symbol.asyncIterator]: () => this.#iterate() }
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      this.#signal = new AbortController()
      if (this.#goneReason !== null) this.#signal.abort(this.#goneReason)
      else this.#watch()
    }
    return this.#signal.signal
  }

  whenGone(handler: (reason: Error) => void): void {
    this.#onGone = handler
    if (this.#goneReason !== null) handler(this.#goneReason)
    else this.#watch()
  }

  get inform(): Inform | undefined {
    if (this.version === '1.0') return undefined
    return async (status, reason, headers) => {
      if (this.#isAnswered) throw new HttpWriteError(`the status ${status}`, 'it before the response')
      await this.#source.inform(status, reason, headers)
    }
  }

  /** The response has begun. */
  answered(): void {
    this.#isAnswered = true
  }

  /** Whether the whole of it has arrived. */
  get isRead(): boolean {
    return this.#isRead
  }

  /** Why the rest of it will not arrive; null while it may. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Whether anybody has begun to read the body. */
  get isTaken(): boolean {
    return this.#isTaken
  }

  /** Whether the client still waits to be told to send the body. */
  get isContinueDue(): boolean {
    return this.#isContinueDue
  }

  /** Tells the client to send the body, if it waits for that. */
  async allowBody(): Promise<void> {
    if (!this.#isContinueDue) return
    this.#isContinueDue = false
    await this.#source.allowBody()
  }

  /** Whether it is known that the connection is gone. */
  get isAborted(): boolean {
    return this.#goneReason !== null
  }

  /** Whether an error is what a handler was told when the connection was gone. */
  isGoneBy(error: unknown): boolean {
    return this.#goneReason !== null && error === this.#goneReason
  }

  /** The connection is gone. */
  abort(reason: unknown): void {
    if (this.#goneReason !== null) return
    this.#goneReason = reason instanceof Error ? reason : new Error(String(reason))
    this.#signal?.abort(this.#goneReason)
    this.#onGone?.(this.#goneReason)
  }

  /** Reads over what is left of the body, if it is no more than so many bytes. Whether that was so. */
  async readOver(bytesMax: number): Promise<boolean> {
    for (let left = bytesMax; !this.#isRead;) {
      const bytes = await this.#next()
      left -= bytes?.length ?? 0
      if (left < 0) return false
    }
    return true
  }

  /** The end that follows the head at once where there is no body. */
  async takeEmptyBody(): Promise<void> {
    if (!this.#source.stream.takeEnd()) await this.#next()
    else this.#ended(noTrailers)
  }

  #iterate(): AsyncIterator<Uint8Array> {
    if (this.#isTaken) throw new Error('the body of a request can be read once')
    this.#isTaken = true
    return {
      next: async () => {
        if (!this.#isRead) await this.allowBody()
        const value = await this.#next()
        return value === null ? { value: undefined, done: true } : { value, done: false }
      },
      return: () => Promise.resolve({ value: undefined, done: true }),
    }
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#isRead) return null
    const event = await this.#nextEvent()
    if (event.kind === 'body') return event.bytes
    if (event.kind !== 'end') throw new HttpError('incomplete', event.kind, 'the end of the body')
    this.#ended(event.trailers)
    return null
  }

  #ended(trailers: Fields): void {
    this.trailers = trailers
    this.#isRead = true
  }

  async #nextEvent(): ReturnType<RequestStream['nextEvent']> {
    if (this.#failure !== null) throw this.#failure
    try {
      return await this.#source.stream.nextEvent()
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
      throw this.#failure
    }
  }

  #watch(): void {
    this.#source.stream.watch((reason) => {
      this.abort(reason)
    })
  }
}
