// The requests of one connection as they arrive: heads, bodies as far as somebody reads them, and time-outs for whoever
// sends too slowly.

import { HttpError } from './http-error.ts'
import type { HttpEvent } from './parser.ts'
import { type RequestHead, type RequestParser, requestParser } from './request-parser.ts'
import type { ServerSettings } from './server-options.ts'
import { type Duration, type Env, type Instant, NetError } from '../../sim/index.ts'
import type { Session } from '../transport/index.ts'

/** A client that took too long to send what it had begun. */
export class SlowRequestError extends Error {
  constructor() {
    super('the request took too long to arrive')
    this.name = 'SlowRequestError'
  }
}

/** What a wait for a head came to. */
export type NextHead =
  | { readonly kind: 'head'; readonly head: RequestHead }
  /** There is no other request: the connection ends. */
  | { readonly kind: 'none' }

/** Reads the requests of a session. */
export class RequestStream {
  readonly #clock: Env['clock']
  readonly #session: Session
  readonly #settings: ServerSettings
  readonly #parser: RequestParser
  #events: readonly HttpEvent<RequestHead>[] = []
  #next = 0
  /** When the request that is being read began to arrive. */
  #since: Instant | null = null
  #ahead: { readonly bytes: Promise<Uint8Array | null>; readonly since: Instant } | null = null

  constructor(env: Env, session: Session, settings: ServerSettings) {
    this.#clock = env.clock
    this.#session = session
    this.#settings = settings
    this.#parser = requestParser(settings.limits === undefined ? {} : { limits: settings.limits })
  }

  /** Whether what was read already holds more than the current request. */
  get isPipelined(): boolean {
    return this.#next < this.#events.length
  }

  /** The next request's head. Rejects with an HttpError, a SlowRequestError or a NetError. */
  async nextHead(): Promise<NextHead> {
    this.#since = null
    for (;;) {
      const event = this.#take()
      if (event === null) {
        if (!(await this.#readForHead())) return { kind: 'none' }
      } else if (event.kind === 'head') return { kind: 'head', head: event.head }
      else if (event.kind === 'error') {
        if (event.error.code === 'after-last') return { kind: 'none' }
        throw event.error
      } else if (event.kind === 'switch') this.#queue(this.#parser.decline())
    }
  }

  /** Takes the end of a request without a body, if it is there already, as it is after almost every head. */
  takeEnd(): boolean {
    if (this.#events[this.#next]?.kind !== 'end') return false
    this.#next++
    return true
  }

  /** The next event of the request that was begun. Rejects as `nextHead` does. */
  async nextEvent(): Promise<Exclude<HttpEvent<RequestHead>, { kind: 'error' }>> {
    this.#since ??= this.#clock.monotonic()
    for (;;) {
      const event = this.#take()
      if (event?.kind === 'error') throw event.error
      if (event !== null) return event
      const left = (this.#since + this.#settings.requestTimeout - this.#clock.monotonic()) as Duration
      const bytes = await this.#read(Math.min(this.#settings.bodyTimeout, left) as Duration)
      if (bytes === null && this.#session.endedBy === 'idle') throw new SlowRequestError()
      this.#queue(bytes === null ? this.#parser.end() : this.#parser.push(bytes))
      if (bytes === null && !this.isPipelined)
        throw new HttpError('incomplete', 'the end of the stream in a request', 'the rest of it')
    }
  }

  /**
   * Reads on while nobody waits for anything, to hear that the client is gone. What comes is kept for the next head, so
   * that at most one piece of it is held.
   */
  watch(onGone: (reason: Error) => void): void {
    if (this.isPipelined || this.#ahead !== null) return
    this.#session.setIdleTimeout(null)
    const bytes = this.#session.read()
    this.#ahead = { bytes, since: this.#clock.monotonic() }
    const look = async (): Promise<void> => {
      try {
        const isEnded = (await bytes) === null && this.#session.endedBy === 'peer'
        if (isEnded && this.#settings.abortOnClose)
          onGone(new NetError('ECONNRESET', 'the client has ended the connection'))
      } catch (error) {
        onGone(error instanceof Error ? error : new Error(String(error)))
      }
    }
    void look()
  }

  /** Ends `watch`: somebody else reads the connection from here on. */
  unwatch(): void {
    if (this.#ahead !== null) this.#session.interrupt()
  }

  #take(): HttpEvent<RequestHead> | null {
    return this.#events[this.#next++] ?? null
  }

  #queue(events: readonly HttpEvent<RequestHead>[]): void {
    this.#events = events
    this.#next = 0
  }

  /** Whether there may be a head in what is there now. */
  async #readForHead(): Promise<boolean> {
    const { headerTimeout, idleTimeout } = this.#settings
    const isIdle = this.#parser.isIdle
    if (!isIdle) this.#since ??= this.#clock.monotonic()
    const begun = this.#since
    const wait =
      begun === null ? idleTimeout : ((begun + headerTimeout - this.#clock.monotonic()) as Duration)
    const bytes = isIdle ? await this.#readFirst(wait) : await this.#read(wait)
    if (bytes !== null) {
      this.#queue(this.#parser.push(bytes))
      return true
    }
    if (isIdle) return false
    if (this.#session.endedBy === 'idle') throw new SlowRequestError()
    this.#queue(this.#parser.end())
    return this.isPipelined
  }

  /** Between requests: a server that drains, and a client that says nothing, end the connection. */
  #readFirst(wait: Duration): Promise<Uint8Array | null> {
    const ahead = this.#takeAhead(wait)
    if (ahead !== null) return ahead
    this.#session.setIdleTimeout(wait)
    return this.#session.read()
  }

  /** Within a request: what was begun is read, even though the server drains. */
  async #read(wait: Duration): Promise<Uint8Array | null> {
    const ahead = this.#takeAhead(wait)
    if (ahead !== null) {
      const bytes = await ahead
      if (bytes !== null || this.#session.endedBy !== 'draining') return bytes
    }
    this.#session.setIdleTimeout(Math.max(0, wait) as Duration)
    return this.#session.readOn()
  }

  /** What `watch` has asked for, which is now waited for so long. */
  #takeAhead(wait: Duration): Promise<Uint8Array | null> | null {
    const ahead = this.#ahead
    if (ahead === null) return null
    this.#ahead = null
    // The session counts from when it began to read.
    this.#session.setIdleTimeout(Math.max(0, this.#clock.monotonic() - ahead.since + wait) as Duration)
    return ahead.bytes
  }
}
