// A request and its response over one connection to a back-end, passed on as they come.

import { Buffer } from 'node:buffer'

import { demandPlainCoding } from './passed-headers.ts'
import type { RequestBody } from './request-body.ts'
import { UpstreamError, upstreamError } from './upstream-error.ts'
import type { Deadlines, Watched } from '../relay/deadlines.ts'
import { type Duration, type Env, type Instant, minutes, ms, NetError } from '../../../sim/index.ts'
import {
  chunkBytes,
  Fields,
  HttpError,
  lastChunkBytes,
  type ResponseHead,
  ResponseReader,
} from '../../http/index.ts'
import type { Lease } from '../../transport/index.ts'

/** What an exchange is about. */
export interface UpstreamOrder {
  /** Text of which each character is one byte. */
  readonly head: string
  readonly body: RequestBody | null
  readonly isChunked: boolean
  /** Asked for when a chunked body has ended. */
  readonly trailers: () => Fields
  readonly isHead: boolean
  /** Whether the body waits for `100 Continue`. */
  readonly expectsContinue: boolean
  /** A PROXY header, where one goes ahead. */
  readonly proxyHeader: Uint8Array | null
}

/** What exchanges work with, and how long each may take. */
export interface UpstreamSetting {
  readonly env: Pick<Env, 'timers' | 'clock'>
  readonly deadlines: Deadlines
  /** How long a back-end's end of an idle connection may be on its way: as long as a connection may take to open. */
  readonly connectTimeout: Duration
  readonly responseTimeout: Duration
  readonly idleTimeout: Duration
}

/** Who hears of it. */
export interface UpstreamListener {
  /** Told of bytes of the body that were sent. */
  onSent(count: number): void
  /** Told of bytes of the response's body. */
  onReceived(count: number): void
  /** Told of interim responses but `100 Continue`, which is about the body of this hop only. */
  onInterim(head: ResponseHead): void
  /** Told once, unless the connection was stale: of the error, or null when all went well. */
  onOver(error: UpstreamError | null): void
}

/** Clients that are slow are the server's affair, whose time-outs are all shorter (`idleTimeoutMs` is a day at most). */
const clientTurnMax = minutes(2 * 24 * 60)
const continueTimeout = ms(1000)
const anyLength = { bodyMax: Number.MAX_SAFE_INTEGER }
const noTrailers = new Fields()
/** Whether a request could be written is told by reading. */
const ignored = (): void => undefined

/** One exchange. */
export class UpstreamExchange {
  readonly #lease: Lease
  readonly #order: UpstreamOrder
  readonly #setting: UpstreamSetting
  readonly #listener: UpstreamListener
  readonly #reader: ResponseReader
  readonly #watched: Watched
  readonly #since: Instant
  #isOver = false
  #isStale = false
  #isSent = false
  #error: UpstreamError | null = null
  #trailers: Fields = noTrailers
  #allowBody: (isWanted: boolean) => void = () => undefined

  constructor(
    setting: UpstreamSetting,
    {
      lease,
      order,
      listener,
    }: { readonly lease: Lease; readonly order: UpstreamOrder; readonly listener: UpstreamListener },
  ) {
    this.#lease = lease
    this.#order = order
    this.#setting = setting
    this.#listener = listener
    this.#since = setting.env.clock.monotonic()
    this.#reader = new ResponseReader({ read: () => lease.read(), isHead: order.isHead, limits: anyLength })
    this.#watched = setting.deadlines.watch(setting.responseTimeout, () => {
      this.give(new UpstreamError('timeout', 'the back-end took too long'))
    })
  }

  /** Known once the body was read. */
  get trailers(): Fields {
    return this.#trailers
  }

  /**
   * Whether the connection, which was used before, broke soon and without a byte of answer: the back-end may have ended it before the
   * request came. Then nobody was told that the exchange is over, and the lease is not.
   */
  get isStale(): boolean {
    return this.#isStale
  }

  /** Whether all of the request was passed on. */
  get isSent(): boolean {
    return this.#isSent
  }

  /** Sends the request, and resolves with the head of the response. Rejects with an UpstreamError. */
  async run(): Promise<ResponseHead> {
    this.#send()
    try {
      const head = await this.#reader.head((interim) => {
        if (interim.status === 100) this.#allowBody(true)
        else this.#listener.onInterim(interim)
      })
      if (this.#error !== null) throw this.#error
      demandPlainCoding(head)
      this.#allowBody(false)
      return head
    } catch (error) {
      if (!this.#looksStale(error)) throw this.give(error)
      this.#isStale = true
      this.#stop()
      throw (this.#error = upstreamError(error))
    }
  }

  /** The whole body, where all of it has come already, without trailers: then the exchange is over. Null where it has not. */
  takeWhole(head: ResponseHead): Uint8Array | null {
    const whole = this.#reader.takeWhole()
    if (whole !== null) {
      this.#listener.onReceived(whole.length)
      this.#finish(head)
    }
    return whole
  }

  /** The body as it comes. Giving it up gives the exchange up. */
  stream(head: ResponseHead): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        const value = await this.#nextBytes(head)
        return value === null ? { value: undefined, done: true } : { value, done: false }
      },
      return: () => {
        if (!this.#isOver) this.give(new UpstreamError('unwanted', 'the client wanted no more'))
        return Promise.resolve({ value: undefined, done: true })
      },
    }
  }

  /** Gives the connection up; the error that says why. */
  give(error: unknown): UpstreamError {
    this.#error ??= upstreamError(error)
    if (!this.#isOver) {
      this.#over(this.#error)
      this.#lease.discard()
    }
    return this.#error
  }

  async #nextBytes(head: ResponseHead): Promise<Uint8Array | null> {
    if (this.#isOver) {
      if (this.#error !== null) throw this.#error
      return null
    }
    try {
      this.#watched.within(this.#setting.idleTimeout)
      const next = await this.#reader.next()
      if (this.#error !== null) throw this.#error
      if (next instanceof Uint8Array) {
        // Until more is asked for, the client is taking this.
        this.#watched.within(clientTurnMax)
        this.#listener.onReceived(next.length)
        return next
      }
      this.#trailers = next
      this.#finish(head)
      return null
    } catch (error) {
      throw this.give(error)
    }
  }

  #finish(head: ResponseHead): void {
    if (this.#isOver) return
    this.#over(null)
    const isReusable = head.isKeptAlive && head.framing.kind !== 'until-end' && this.#isSent
    if (isReusable && this.#reader.isIdle) this.#lease.giveBack()
    else this.#lease.discard()
  }

  #looksStale(error: unknown): boolean {
    if (this.#isOver || !this.#lease.isReused || this.#reader.hasBytes) return false
    // Who is not reached any more has ended nothing.
    const isEnd =
      error instanceof NetError
        ? error.code !== 'ETIMEDOUT'
        : error instanceof HttpError && error.code === 'incomplete'
    const { env, connectTimeout } = this.#setting
    return isEnd && env.clock.monotonic() - this.#since <= connectTimeout
  }

  #stop(): void {
    this.#isOver = true
    this.#watched.end()
    this.#allowBody(false)
  }

  #over(error: UpstreamError | null): void {
    this.#stop()
    this.#listener.onOver(error)
  }

  #send(): void {
    const { head, body, proxyHeader } = this.#order
    if (body === null) this.#isSent = true
    const first = proxyHeader === null ? head : Buffer.concat([proxyHeader, Buffer.from(head, 'latin1')])
    const writing = this.#lease.connection.write(first, 'latin1')
    if (body === null) writing.catch(ignored)
    else void this.#sendOn(writing, body)
  }

  async #sendOn(writing: Promise<void>, body: RequestBody): Promise<void> {
    try {
      await writing
      if (this.#order.expectsContinue && !(await this.#isBodyWanted())) return
      await this.#sendBody(body)
    } catch {
      // A back-end may have answered and ended its side: whether it has is told by reading. A body that breaks off ends it.
      if (body.error !== null) this.give(new UpstreamError('unwanted', body.error.message))
    }
  }

  async #sendBody(body: RequestBody): Promise<void> {
    const { connection } = this.#lease
    const { isChunked } = this.#order
    for (let place = 0; ; place++) {
      // A client that is slow is not the back-end's doing: how long it may be is the server's affair.
      if (!this.#isOver) this.#watched.within(clientTurnMax)
      const bytes = await body.piece(place)
      if (this.#isOver) return
      this.#watched.within(this.#setting.responseTimeout)
      if (bytes === null) break
      this.#listener.onSent(bytes.length)
      if (bytes.length > 0) await connection.write(isChunked ? chunkBytes(bytes) : bytes)
    }
    if (isChunked) await connection.write(lastChunkBytes(this.#order.trailers()))
    this.#isSent = true
  }

  /** Resolves when the back-end says so, or says nothing for a while (RFC 9110, section 10.1.1). */
  #isBodyWanted(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#setting.env.timers.after(continueTimeout, () => {
        resolve(true)
      })
      this.#allowBody = (isWanted) => {
        timer.cancel()
        resolve(isWanted)
      }
    })
  }
}
