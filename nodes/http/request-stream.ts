// The requests of one connection as they arrive: heads, bodies as far as somebody reads them, and time-outs for whoever
// sends too slowly.

import { HttpError } from './http-error.ts'
import type { HttpEvent } from './parser.ts'
import { type RequestHead, type RequestParser, requestParser } from './request-parser.ts'
import type { ServerSettings } from './server-options.ts'
import { type Duration, type Env, type Instant, NetError, type StreamReader } from '../../sim/index.ts'
import type { Session, SessionEnd } from '../transport/index.ts'

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

/** What a read of the session came to: bytes, which are queued as events, or why there were none. */
type Came = 'bytes' | SessionEnd

/** Who waits for more. */
interface Waiter {
  readonly resolve: (came: Came) => void
  readonly reject: (error: unknown) => void
  /** Whether it waits between requests, and is sent away when the server drains. */
  readonly isStoppable: boolean
  readonly wait: Duration
}

/**
 * How many bytes are read ahead of the handler for those who want to hear that a client has left: what it has sent beyond them
 * hides that it has, until some of them are taken.
 */
const aheadMax = 256 * 1024
/** So many events that were taken are let go at once. */
const takenMax = 32

/** Reads the requests of a session. */
export class RequestStream {
  readonly #clock: Env['clock']
  readonly #session: Session
  readonly #settings: ServerSettings
  readonly #parser: RequestParser
  /** Those that were not taken begin at `#next`. */
  #events: HttpEvent<RequestHead>[] = []
  #next = 0
  /** Bytes that were read ahead, or a little more: what is no body counts until all events are taken. */
  #held = 0
  /** Whether the head of a request was taken, and its end was not. */
  #isWithin = false
  /** When the request that is being read began to arrive. */
  #since: Instant | null = null
  /** Since when something is asked of the session; null while nothing is. */
  #readingSince: Instant | null = null
  #waiter: Waiter | null = null
  #onGone: ((reason: Error) => void) | null = null
  #hasEnded = false
  /** What broke the connection. */
  #failure: { readonly error: unknown } | null = null
  /** Hears what the session has read: one for all reads. */
  readonly #reader: StreamReader = {
    take: (bytes) => {
      this.#came(bytes)
    },
    fail: (error) => {
      this.#broke(error)
    },
  }

  constructor(env: Env, session: Session, settings: ServerSettings) {
    this.#clock = env.clock
    this.#session = session
    this.#settings = settings
    this.#parser = requestParser(settings.limits === undefined ? {} : { limits: settings.limits })
  }

  /** The next request's head. Rejects with an HttpError, a SlowRequestError or a NetError. */
  async nextHead(): Promise<NextHead> {
    this.#since = null
    this.#onGone = null
    for (;;) {
      // Nobody would read what is answered to requests that are there already.
      if (this.#failure !== null) throw this.#failure.error
      const event = this.#take()
      if (event === null) {
        if (!(await this.#readForHead())) return { kind: 'none' }
      } else if (event.kind === 'head') return { kind: 'head', head: event.head }
      else if (event.kind === 'error') {
        if (event.error.code === 'after-last') return { kind: 'none' }
        throw event.error
      } else if (event.kind === 'switch') this.#decline()
    }
  }

  /** Takes the end of a request without a body, if it is there already, as it is after almost every head. */
  takeEnd(): boolean {
    if (this.#events[this.#next]?.kind !== 'end') return false
    this.#take()
    return true
  }

  /** Goes on with HTTP after a request for another protocol, if that has been read as a whole: else `nextHead` does. */
  declineSwitch(): void {
    if (this.#events[this.#next]?.kind !== 'switch') return
    this.#take()
    this.#decline()
  }

  /** The next event of the request that was begun. Rejects as `nextHead` does. */
  async nextEvent(): Promise<Exclude<HttpEvent<RequestHead>, { kind: 'error' }>> {
    this.#since ??= this.#clock.monotonic()
    for (;;) {
      const event = this.#take()
      if (event?.kind === 'error') throw event.error
      if (event !== null) return event
      const left = (this.#since + this.#settings.requestTimeout - this.#clock.monotonic()) as Duration
      const came = await this.#more(Math.min(this.#settings.bodyTimeout, left) as Duration, false)
      if (came === 'idle') throw new SlowRequestError()
      if (came !== 'bytes' && !this.#hasEvents)
        throw new HttpError('incomplete', 'the end of the stream in a request', 'the rest of it')
    }
  }

  /**
   * Reads ahead, so far as a bound, to hear that the client of the request that was begun is gone: its connection broke, it has ended
   * its side in the middle of the request, or, where that is a way to leave, after it. Told once, with an HttpError where the
   * request is not whole.
   */
  watch(onGone: (reason: Error) => void): void {
    this.#onGone = onGone
    if (this.#failure !== null) this.#tellGone(this.#failure.error)
    else if (this.#hasEnded) this.#tellEnd()
    else this.#readAhead()
  }

  /** Ends `watch`: somebody else reads the connection from here on. */
  unwatch(): void {
    this.#onGone = null
    if (this.#readingSince !== null) this.#session.dismiss()
  }

  get #isDraining(): boolean {
    return this.#session.draining.aborted
  }

  get #hasEvents(): boolean {
    return this.#next < this.#events.length
  }

  #take(): HttpEvent<RequestHead> | null {
    const event = this.#events[this.#next]
    if (event === undefined) return null
    this.#next++
    if (event.kind === 'head') this.#isWithin = true
    else if (event.kind === 'end') this.#isWithin = false
    else if (event.kind === 'body') this.#held -= event.bytes.length
    if (!this.#hasEvents) this.#held = 0
    if (!this.#hasEvents || this.#next >= takenMax) {
      this.#events = this.#events.slice(this.#next)
      this.#next = 0
    }
    if (event.kind !== 'switch') this.#readAhead()
    return event
  }

  #queue(events: readonly HttpEvent<RequestHead>[]): void {
    if (this.#hasEvents) this.#events.push(...events)
    else {
      this.#events = events.slice()
      this.#next = 0
    }
  }

  #decline(): void {
    this.#queue(this.#parser.decline())
    if (this.#hasEnded) this.#queue(this.#parser.end())
  }

  /** Whether there may be a head in what is there now. */
  async #readForHead(): Promise<boolean> {
    const { headerTimeout, idleTimeout } = this.#settings
    const isIdle = this.#parser.isIdle
    if (!isIdle) this.#since ??= this.#clock.monotonic()
    const begun = this.#since
    const wait =
      begun === null ? idleTimeout : ((begun + headerTimeout - this.#clock.monotonic()) as Duration)
    // Between requests a server that drains, and a client that says nothing, end the connection.
    const came = await this.#more(wait, isIdle)
    if (came === 'bytes') return true
    if (!isIdle && came === 'idle') throw new SlowRequestError()
    return this.#hasEvents
  }

  /** Waits for more to come. Within a request it is read even though the server drains. */
  #more(wait: Duration, isStoppable: boolean): Promise<Came> {
    if (this.#waiter !== null) throw new Error('a request has one reader at a time')
    if (this.#failure !== null) return Promise.reject(this.#failure.error)
    if (this.#hasEnded) return Promise.resolve('peer')
    // What is read ahead is read on while the server drains, but nobody waits for another request then.
    if (isStoppable && this.#isDraining && this.#readingSince !== null) this.#session.dismiss()
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject, isStoppable, wait }
      this.#waiter = waiter
      if (this.#readingSince === null) this.#readFor(waiter)
      // The session counts from when it began to read.
      else this.#setIdleTimeout(this.#clock.monotonic() - this.#readingSince + wait)
    })
  }

  #readFor({ wait, isStoppable }: Waiter): void {
    this.#setIdleTimeout(wait)
    this.#readingSince = this.#clock.monotonic()
    if (isStoppable) this.#session.readTo(this.#reader)
    else this.#session.readOnTo(this.#reader)
  }

  #readAhead(): void {
    if (this.#onGone === null || this.#readingSince !== null || this.#held > aheadMax) return
    // What follows a request for another protocol belongs to whoever speaks that.
    if (this.#hasEnded || this.#failure !== null || this.#events.at(-1)?.kind === 'switch') return
    this.#session.setIdleTimeout(null)
    this.#readingSince = this.#clock.monotonic()
    // While the server drains, a client may leave as well.
    if (this.#isDraining) this.#session.readOnTo(this.#reader)
    else this.#session.readTo(this.#reader)
  }

  #came(bytes: Uint8Array | null): void {
    this.#readingSince = null
    const came = bytes === null ? (this.#session.endedBy ?? 'peer') : 'bytes'
    const waiter = this.#waiter
    if (came === 'draining' && waiter !== null && !waiter.isStoppable) return this.#readFor(waiter)
    if (bytes !== null) {
      this.#held += bytes.length
      this.#queue(this.#parser.push(bytes))
    } else if (came === 'peer') this.#end()
    this.#waiter = null
    waiter?.resolve(came)
    if (came === 'peer') this.#tellEnd()
    else if (came === 'bytes' || came === 'draining') this.#readAhead()
  }

  #end(): void {
    this.#hasEnded = true
    // What is behind it is looked at once it is known that it is HTTP.
    if (this.#events.at(-1)?.kind !== 'switch') this.#queue(this.#parser.end())
  }

  #broke(error: unknown): void {
    this.#readingSince = null
    this.#failure = { error }
    const waiter = this.#waiter
    this.#waiter = null
    waiter?.reject(error)
    this.#tellGone(error)
  }

  #tellEnd(): void {
    const rest = this.#events.slice(this.#next)
    const last = rest.at(-1)
    if (this.#isWithin && last?.kind === 'error' && !rest.some(({ kind }) => kind === 'end'))
      this.#tellGone(last.error)
    else if (this.#settings.abortOnClose)
      this.#tellGone(new NetError('ECONNRESET', 'the client has ended the connection'))
  }

  #tellGone(reason: unknown): void {
    const onGone = this.#onGone
    this.#onGone = null
    onGone?.(reason instanceof Error ? reason : new Error(String(reason)))
  }

  #setIdleTimeout(wait: number): void {
    this.#session.setIdleTimeout(Math.max(0, wait) as Duration)
  }
}
